extension RuleSet {
  /// The rules of the submissions room.
  static let submissions = RuleSet()
}
