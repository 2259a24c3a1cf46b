extension RuleSet {
  /// The rules of the usage room.
  static let usage = RuleSet(derivedValues: [SubscriptionCredits()])
}
