extension RuleSet {
  /// The rules of the history room.
  static let history = RuleSet(derivedValues: [AnalyticsFlows()])
}
