import BackofficeStorage

extension RuleSet {
  /// The rules of the customers room: customers, subscriptions, staff.
  static let customers = RuleSet(
    triggers: CustomerRules.triggers + SubscriptionRules.triggers + StaffRules.triggers,
    derivedValues: [CustomerSearchIndex(), CreditLimit()],
    checks: [
      CustomerHistoryCheck(), SubscriptionPeriodCheck(),
      StatusHistoryCheck(.subscription, table: "subscriptions"),
    ])
}
