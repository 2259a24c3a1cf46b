extension RuleSet {
  /// The rules of the submissions room.
  static let submissions = RuleSet(
    triggers: [
      .submissionTimes, .submissionLifecycle,
      .updatedAt(of: Submission.self),
      .updatedAt(of: Directory.self),
      .updatedAt(of: DirectoryCategory.self),
    ],
    derivedValues: [DirectoryCounters()],
    checks: [.submissionTimes, StatusHistoryCheck(.submission, table: "submissions")])
}
