extension RuleSet {
  /// The rules of the history room.
  static let history = RuleSet(
    triggers: [AnalyticsMarks.trigger], derivedValues: [AnalyticsFlows()])
}
