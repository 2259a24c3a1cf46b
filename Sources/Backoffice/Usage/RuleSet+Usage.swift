extension RuleSet {
  /// The rules of the usage room.
  static let usage = RuleSet(
    triggers: [QueueItemCredits.trigger, QueueItemUsage.trigger],
    derivedValues: [SubscriptionCredits(), UsageSums()],
    checks: [CreditItemsCheck(), CreditLedgerCheck()])
}
