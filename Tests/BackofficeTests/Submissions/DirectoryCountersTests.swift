import Testing

@testable import Backoffice

@Suite("Counters of directories")
struct DirectoryCountersTests {
  @Test("Inserting, moving and deleting submissions updates the counters (traps 0.3, 0.4)")
  func insertUpdateDelete() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    #expect(try fixture.counters(submission.directory)?.submissions == 1)
    #expect(try fixture.counters(submission.directory)?.delivered == 1)
    fixture.clock.advance(by: .hours(6))
    try fixture.store.submissions.approve(submission.id)
    let approved = try #require(try fixture.counters(submission.directory))
    #expect(approved.approved == 1)
    #expect(approved.approvalRate?.percent == 100)
    #expect(approved.meanApprovalTime == .hours(6))
    try fixture.raw("DELETE FROM submissions")
    let empty = try #require(try fixture.counters(submission.directory))
    #expect(empty.submissions == 0)
    #expect(empty.approvalTimes == 0)
    #expect(empty.meanApprovalTime == nil)
    #expect(empty.deliveryRate == nil)
    #expect(empty.approvalRate == nil)
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("A submission that moves to another directory is counted only there (trap 0.5)")
  func moved() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    try fixture.store.submissions.reject(submission.id, reason: "no")
    let other = try fixture.directory("other.example")
    try fixture.store.write { transaction in
      try transaction.execute(sql: "UPDATE submissions SET directory_id = ?", other.id)
    }
    #expect(try fixture.counters(submission.directory)?.submissions == 0)
    #expect(try fixture.counters(submission.directory)?.rejected == 0)
    #expect(try fixture.counters(other.id)?.submissions == 1)
    #expect(try fixture.counters(other.id)?.rejected == 1)
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("Wrong counters never prevent a submission, and are reported and corrected")
  func drift() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    try fixture.raw("UPDATE directories SET submission_count = 0, delivered_count = 0")
    try fixture.store.submissions.reject(submission.id, reason: "no")
    #expect(try fixture.counters(submission.directory)?.submissions == 1)
    #expect(try fixture.counters(submission.directory)?.rejected == 1)
    #expect(try fixture.store.check().isEmpty)
    try fixture.raw("UPDATE directories SET submission_count = 9")
    #expect(try fixture.store.check().map(\.check) == ["directories.counters"])
    try fixture.store.rebuild()
    #expect(try fixture.store.check().isEmpty)
    let plan = try fixture.store.read { try $0.queryPlan(DirectoryCounters.countAgain.sql) }
    #expect(plan.contains { $0.contains("submissions_directory") }, "\(plan)")
    #expect(!plan.contains { $0.contains("SCAN d") || $0.contains("SCAN s") }, "\(plan)")
  }

  @Test("The rates of a directory without submissions are nil, not zero (trap 0.14)")
  func noSubmissions() throws {
    let fixture = try SubmissionsFixture()
    let directory = try fixture.directory()
    let statistics = try fixture.store.directories.statistics(of: directory.id)
    #expect(statistics.total == 0)
    #expect(statistics.deliveryRate == nil)
    #expect(statistics.approvalRate == nil)
    #expect(statistics.meanApprovalTime == nil)
    #expect(statistics.meanQuality == nil)
    #expect(statistics.costs.isEmpty)
  }

  @Test("Wrong counters are reported and rebuilt")
  func rebuild() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    try fixture.raw("UPDATE directories SET submission_count = 9, delivered_count = 5")
    #expect(
      try fixture.store.check() == [
        Finding(
          check: "directories.counters", entity: "directories \(submission.directory)",
          problem: "submission_count is 9, expected 1, delivered_count is 5, expected 1")
      ])
    #expect(try fixture.store.rebuild() == ["directories.counters": 1])
    #expect(try fixture.store.check().isEmpty)
    #expect(try fixture.store.rebuild().isEmpty)
  }

  @Test("Rolled back changes are not counted")
  func rolledBack() throws {
    struct Undo: Error {}
    let fixture = try SubmissionsFixture()
    let customer = try fixture.customer()
    let directory = try fixture.directory().id
    try fixture.store.write { transaction in
      #expect(throws: Undo.self) {
        try transaction.savepoint { inner in
          try inner.submissions.create(NewSubmission(customer: customer, directory: directory))
          throw Undo()
        }
      }
    }
    #expect(try fixture.counters(directory)?.submissions == 0)
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("The statistics of a directory use one definition of success")
  func statistics() throws {
    let fixture = try SubmissionsFixture()
    let directory = try fixture.directory().id
    let statuses: [SubmissionStatus] = [
      .approved, .approved, .rejected, .submitted, .underReview, .failed, .pending, .cancelled,
    ]
    for (index, status) in statuses.enumerated() {
      let submission = try fixture.store.submissions.create(
        NewSubmission(
          customer: fixture.customer(), directory: directory, status: status,
          processingTime: .seconds(10),
          cost: Submission.Cost(
            amount: Money(minorUnits: 150, currency: index == 0 ? .eur : .usd), credits: 2)))
      try fixture.store.submissions.rate(submission.id, quality: index == 1 ? 10 : 9)
    }
    try fixture.store.submissions.requirePerson(
      try #require(
        try fixture.store.submissions.list(directory: directory).elements.first?.id),
      reason: "captcha")
    let figures = try fixture.store.directories.statistics(of: directory)
    #expect(figures.total == 8)
    #expect(figures.deliveryRate?.percent == 50)
    #expect(figures.approvalRate?.percent == 66.67)
    #expect(figures.manualInterventionRate?.percent == 12.5)
    #expect(figures.waiting == 2)
    #expect(figures.pending == 1)
    #expect(figures.failed == 1)
    #expect(figures.creditsConsumed == 16)
    #expect(
      figures.costs == [
        Money(minorUnits: 150, currency: .eur), Money(minorUnits: 1050, currency: .usd),
      ])
    #expect(figures.meanQuality == 9.13)
    #expect(figures.meanProcessingTime == .seconds(10))
    #expect(figures.lastThirtyDays == 8)
    #expect(figures.counterparts == 8)
    #expect(figures.directory.counters.deliveryRate == figures.deliveryRate)
    fixture.clock.advance(by: .days(31))
    #expect(try fixture.store.directories.statistics(of: directory).lastThirtyDays == 0)
  }
}
