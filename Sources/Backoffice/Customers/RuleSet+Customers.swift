extension RuleSet {
  /// The rules of the customers room.
  static let customers = RuleSet()
}
