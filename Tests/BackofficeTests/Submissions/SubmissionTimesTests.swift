import Backoffice
import Testing

@Suite("Times of submissions")
struct SubmissionTimesTests {
  @Test(
    "A submission created in a later status has the times of that status (trap 0.22)",
    arguments: SubmissionStatus.allCases)
  func lateBeginnings(status: SubmissionStatus) throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(status)
    let now = fixture.now
    #expect((submission.times.submittedAt == now) == status.isWaiting)
    #expect((submission.times.approvedAt == now) == (status == .approved))
    #expect((submission.times.liveAt == now) == (status == .approved))
    #expect((submission.times.rejectedAt == now) == (status == .rejected))
    #expect((submission.times.closedAt == now) == status.isClosed)
    #expect((submission.times.lastCheckedAt == nil) == (status == .pending))
    #expect(submission.times.approvalTime == nil)
    #expect(try fixture.find(submission) == submission)
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("Given past times are kept and recorded in the history")
  func givenTimes() throws {
    let fixture = try SubmissionsFixture()
    let past = fixture.now - .days(9)
    let submission = try fixture.store.submissions.create(
      NewSubmission(
        customer: fixture.customer(), directory: fixture.directory().id, status: .approved,
        submittedAt: past, approvedAt: past + .days(2)))
    #expect(submission.times.approvalTime == .days(2))
    #expect(submission.times.liveAt == past + .days(2))
    let at: Timestamp? = try fixture.store.read { transaction in
      try transaction.fetchOne(
        sql: "SELECT at FROM status_history WHERE entity_kind = 'submission'"
      ) { row in
        try row.value(at: 0)
      }
    }
    #expect(at == past + .days(2))
  }

  @Test("After an approval by raw SQL, the remaining times and the history are written")
  func rawApproval() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    fixture.clock.advance(by: .hours(3))
    try fixture.raw(
      "UPDATE submissions SET status = 'approved', approved_at = \(fixture.now.microseconds)")
    let approved = try #require(try fixture.find(submission))
    #expect(approved.times.approvalTime == .hours(3))
    #expect(approved.times.liveAt == fixture.now)
    #expect(approved.times.lastCheckedAt == fixture.now)
    #expect(approved.updatedAt == fixture.now)
    #expect(try fixture.history(submission.id) == ["submitted", "approved"])
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("After raw SQL inserts an approved submission, the remaining times are written")
  func rawInsert() throws {
    let fixture = try SubmissionsFixture()
    let customer = try fixture.customer()
    let directory = try fixture.directory()
    let id: ID<Submission> = try fixture.store.write { transaction in
      let id: ID<Submission> = transaction.makeID()
      try transaction.execute(
        sql: """
          INSERT INTO submissions (id, reference, customer_id, directory_id, status, submitted_at,
            approved_at, created_at, updated_at)
          VALUES (?, 'R', ?, ?, 'approved', ?, ?, 0, 0)
          """, id, customer, directory.id, transaction.now - .hours(7), transaction.now)
      return id
    }
    let submission = try #require(try fixture.store.submissions.find(id))
    #expect(submission.times.approvalTime == .hours(7))
    #expect(submission.times.liveAt == fixture.now)
    #expect(try fixture.history(id) == ["approved"])
    #expect(try fixture.counters(directory.id)?.approved == 1)
    #expect(try fixture.store.check().isEmpty)
  }

  @Test(
    "Raw SQL cannot write a status without the time it needs",
    arguments: ["approved", "rejected", "submitted"])
  func rawImpossible(status: String) throws {
    let fixture = try SubmissionsFixture()
    _ = try fixture.submission(status == "submitted" ? .submitting : .submitted)
    #expect(throws: SQLiteError.self) {
      try fixture.raw("UPDATE submissions SET status = '\(status)'")
    }
  }

  @Test("A corrected submission time corrects the approval time")
  func corrected() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    fixture.clock.advance(by: .hours(2))
    try fixture.store.submissions.approve(submission.id)
    try fixture.raw("UPDATE submissions SET submitted_at = submitted_at - 3600000000")
    #expect(try fixture.find(submission)?.times.approvalTime == .hours(3))
    let counters = try fixture.counters(submission.directory)
    #expect(counters?.meanApprovalTime == .hours(3))
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("Only a change of status or a check of the directory counts as a check")
  func lastChecked() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let submission = try fixture.submission(.submitted)
    let first = fixture.now
    fixture.clock.advance(by: .hours(1))
    try submissions.rate(submission.id, quality: 7)
    try submissions.recordPerformance(submission.id, SubmissionMeasurement(impressions: 5))
    try submissions.addProof(submission.id, .screenshot("https://x/s.png"))
    #expect(try fixture.find(submission)?.times.lastCheckedAt == first)
    #expect(try fixture.find(submission)?.updatedAt == fixture.now)
    #expect(try submissions.markChecked(submission.id).times.lastCheckedAt == fixture.now)
    fixture.clock.advance(by: .hours(1))
    #expect(try submissions.startReview(submission.id).times.lastCheckedAt == fixture.now)
  }

  @Test("A transition can be backdated to the last one, but not before it or into the future")
  func backdated() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    let start = fixture.now
    fixture.clock.advance(by: .days(3))
    for wrong in [start - .hours(1), fixture.now + .hours(1)] {
      #expect(
        throws: SubmissionError.timeOrder(
          field: "the time of the move to approved", at: wrong, earliest: start,
          latest: fixture.now)
      ) { try fixture.store.submissions.approve(submission.id, at: wrong) }
    }
    let approved = try fixture.store.submissions.approve(submission.id, at: start + .days(1))
    #expect(approved.times.approvedAt == start + .days(1))
    #expect(approved.times.liveAt == start + .days(1))
    #expect(approved.times.lastCheckedAt == start + .days(1))
    #expect(approved.times.approvalTime == .days(1))
    #expect(approved.updatedAt == fixture.now)
  }

  @Test("If the clock went back, the approval time is zero, not negative")
  func clockWentBack() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    fixture.clock.advance(by: .seconds(-5))
    let approved = try fixture.store.submissions.approve(submission.id)
    #expect(approved.times.approvalTime == .zero)
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("A change in raw SQL is stamped")
  func stamped() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission()
    fixture.clock.advance(by: .hours(1))
    try fixture.raw("UPDATE submissions SET metadata = '{\"a\":1}'")
    try fixture.raw("UPDATE directories SET name = 'other'")
    #expect(try fixture.find(submission)?.updatedAt == fixture.now)
    #expect(try fixture.store.directories.find(submission.directory)?.updatedAt == fixture.now)
  }
}
