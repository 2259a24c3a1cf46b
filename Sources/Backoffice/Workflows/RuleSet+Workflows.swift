extension RuleSet {
  /// The rules of the workflows room.
  static let workflows = RuleSet(
    triggers: WaitingForPersonRules.triggers + PlanWorkRules.triggers,
    checks: [WaitingItemsCheck()])
}
