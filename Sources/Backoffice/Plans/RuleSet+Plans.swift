extension RuleSet {
  /// The rules of the plans room.
  static let plans = RuleSet(
    triggers: PlanRules.triggers,
    checks: [.planItems, StatusHistoryCheck(.plan, table: "plans")])
}
