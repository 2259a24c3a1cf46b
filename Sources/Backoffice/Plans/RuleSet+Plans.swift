extension RuleSet {
  /// The rules of the plans room.
  static let plans = RuleSet(
    triggers: PlanRules.triggers,
    checks: [PlanItemsCheck(), StatusHistoryCheck(.plan, table: "plans")])
}
