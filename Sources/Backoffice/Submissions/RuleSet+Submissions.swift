import BackofficeStorage

extension RuleSet {
  /// The rules of the submissions room.
  static let submissions = RuleSet(
    triggers: [
      .submissionTimes, .submissionLifecycle,
      .updatedAt(on: SubmissionStamp.self),
      .updatedAt(on: DirectoryStamp.self),
      .updatedAt(on: DirectoryCategoryStamp.self),
    ],
    derivedValues: [DirectoryCounters()],
    checks: [SubmissionTimesCheck(), StatusHistoryCheck(.submission, table: "submissions")])
}
