extension Tier {
  /// The most of a billing period that the tier allows of a meter; nil for unlimited.
  public func limit(of meter: Meter) -> Int? { terms.limits[meter.rawValue] }
}

extension Usage {
  /// Records a use if it stays within what the tier of the customer's subscription allows of the meter in the
  /// running billing period, checked and recorded in one transaction.
  ///
  /// The limit is that of the version that the subscription agreed on; another tier or version holds from the
  /// next use on. A meter that the tier does not limit is unlimited.
  ///
  /// - Parameter event: the use, of a quantity of 1 or more.
  /// - Returns: whether it was consumed, and how the use stands.
  /// - Throws: ``UsageError/noSubscription(_:)`` without a subscription, or with one that has ended or is not
  ///   paid; and as ``consume(_:limit:per:)``.
  /// - Complexity: does not grow with the events recorded before.
  public func consumeWithinTier(_ event: UsageEvent) throws -> Consumption {
    try access.write { transaction in
      guard let tier = try transaction.tiers.find(of: event.customerID),
        try transaction.subscription(of: event.customerID).status.isEntitled
      else { throw UsageError.noSubscription(event.customerID) }
      let limit = tier.limit(of: event.meter)
      // The limit of a smaller tier stays with the running period until it is taken away.
      if limit == nil,
        try transaction.usage.state(
          of: event.meter, for: event.customerID, per: .billingPeriod
        ).limit != nil
      {
        try transaction.usage.setLimit(
          nil, of: event.meter, for: event.customerID, per: .billingPeriod)
      }
      return try transaction.usage.consume(event, limit: limit, per: .billingPeriod)
    }
  }
}
