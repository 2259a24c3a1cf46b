extension RuleSet {
  /// The rules of the subscriptions room.
  static let subscriptions = RuleSet(
    triggers: SubscriptionRules.triggers,
    checks: [
      SubscriptionPeriodCheck(), TierVersionCheck(),
      StatusHistoryCheck(.subscription, table: "subscriptions"),
    ])
}
