extension RuleSet {
  /// The rules of the workflows room.
  static let workflows = RuleSet(
    triggers: [LostLeaseRules.ask] + WaitingForPersonRules.triggers + PlanWorkRules.triggers,
    checks: [WaitingItemsCheck()])
}
