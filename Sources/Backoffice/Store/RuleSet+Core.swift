extension RuleSet {
  /// The rules of the core, room by room, in the order in which they run.
  static let core = RuleSet.merging([
    .customers, .usage, .queue, .actions, .submissions, .history, .workflows,
  ])
}
