extension RuleSet {
  /// The rules of the subscriptions room.
  static let subscriptions = RuleSet(
    triggers: SubscriptionRules.triggers,
    checks: [
      .subscriptionPeriods, .subscriptionCharges, .tierVersions,
      StatusHistoryCheck(.subscription, table: "subscriptions"),
    ])
}
