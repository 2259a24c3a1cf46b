import BackofficeStorage

/// How much of a fair queue a customer is given: by the tier of the subscription.
enum CustomerWeights {
  static let findTier = SQLStatement("SELECT tier FROM subscriptions WHERE customer_id = ?")

  /// 4 for enterprise, 2 for pro, 1 for all others.
  static func weight(
    of customer: ID<Customer>?, _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    guard let customer else { return 1 }
    let tier = try transaction.fetchOne(findTier, customer) { row in
      try row.value(at: 0, as: String.self)
    }
    return switch tier {
    case "enterprise": 4
    case "pro": 2
    default: 1
    }
  }
}
