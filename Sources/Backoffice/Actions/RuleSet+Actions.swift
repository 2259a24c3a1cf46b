extension RuleSet {
  /// The rules of the actions room.
  static let actions = RuleSet(
    triggers: ActionRules.triggers + OfferRules.triggers + SkillRules.triggers
      + CapacityRules.triggers + EscalationRules.triggers + PlanRules.triggers,
    derivedValues: [AssistantCounters(), AssistantOffers()],
    checks: [
      ActionTimesCheck(), OpenOffersCheck(), PlanItemsCheck(),
      StatusHistoryCheck(.action, table: "pending_actions"),
      StatusHistoryCheck(.plan, table: "plans"),
    ])
}
