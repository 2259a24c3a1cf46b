extension RuleSet {
  /// The rules of the actions room.
  static let actions = RuleSet(
    triggers: ActionRules.triggers + PlanRules.triggers,
    derivedValues: [AssistantCounters()],
    checks: [
      ActionTimesCheck(), PlanItemsCheck(),
      StatusHistoryCheck(.action, table: "pending_actions"),
      StatusHistoryCheck(.plan, table: "plans"),
    ])
}
