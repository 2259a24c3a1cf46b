extension RuleSet {
  /// The rules of the queue room.
  static let queue = RuleSet()
}
