extension RuleSet {
  /// The rules of the actions room.
  static let actions = RuleSet(
    triggers: ActionRules.triggers + OfferRules.triggers + OfferFit.triggers + SkillRules.triggers
      + CapacityRules.triggers + EscalationRules.triggers,
    derivedValues: [AssistantCounters(), AssistantOffers()],
    checks: [
      .actionTimes, .openOffers, StatusHistoryCheck(.action, table: "pending_actions"),
    ])
}
