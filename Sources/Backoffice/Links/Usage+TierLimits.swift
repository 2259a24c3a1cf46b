extension Tier {
  /// The tier's limit of a meter per billing period; nil for unlimited.
  public func limit(of meter: Meter) -> Int? { terms.limits[meter.rawValue] }
}

extension Usage {
  /// Records an event if it stays within the limit of the customer's tier in the current billing
  /// period.
  ///
  /// The check and the record are one transaction. The limit is that of the subscription's version
  /// of the tier; a change of tier or version applies from the next event on. A meter without a
  /// limit in the tier is unlimited.
  ///
  /// - Parameter event: the event, with a quantity of 1 or more.
  /// - Returns: whether the quantity was consumed, and the usage relative to the limit.
  /// - Throws: ``UsageError/noSubscription(_:)`` if the customer has no subscription or it has
  ///   ended or is unpaid, and the errors of ``consume(_:limit:per:)``.
  /// - Complexity: independent of the number of events recorded before.
  public func consumeWithinTier(_ event: UsageEvent) throws -> Consumption {
    try access.write { transaction in
      try transaction.bringSubscriptionUpToDate(of: event.customerID)
      guard let tier = try transaction.tiers.find(of: event.customerID),
        try transaction.subscription(of: event.customerID).status.isEntitled
      else { throw UsageError.noSubscription(event.customerID) }
      return try transaction.usage.consume(
        event, limit: UsageLimit(tier.limit(of: event.meter)), per: .billingPeriod)
    }
  }
}
