import Backoffice
import Testing

@Suite("Life cycle of submissions")
struct SubmissionLifecycleTests {
  @Test("A submission moves through its life cycle with all its times")
  func wholeWay() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let created = try fixture.submission()
    #expect(created.status == .pending)
    #expect(created.times.lastCheckedAt == nil)
    fixture.clock.advance(by: .hours(1))
    try submissions.start(created.id)
    fixture.clock.advance(by: .hours(1))
    let submitted = try submissions.markSubmitted(created.id, externalID: "x1", url: "https://x/1")
    #expect(submitted.times.submittedAt == fixture.now)
    fixture.clock.advance(by: .hours(1))
    try submissions.startReview(created.id)
    fixture.clock.advance(by: .hours(46))
    let approved = try submissions.approve(
      created.id, liveURL: "https://x/live", ranking: 4, reason: "seen")
    #expect(approved.status == .approved)
    #expect(approved.times.approvedAt == fixture.now)
    #expect(approved.times.liveAt == fixture.now)
    #expect(approved.times.lastCheckedAt == fixture.now)
    #expect(approved.times.approvalTime == .hours(47))
    #expect(approved.performance.rankingPosition == 4)
    #expect(approved.url == "https://x/live")
    #expect(approved.externalID == "x1")
    #expect(approved.updatedAt == fixture.now)
    #expect(try fixture.find(created) == approved)
    #expect(try submissions.find(externalID: "x1") == approved)
    #expect(try submissions.find(reference: created.reference) == approved)
    let removed = try submissions.remove(created.id)
    #expect(removed.times.closedAt == fixture.now)
    #expect(
      try fixture.history(created.id) == [
        "pending", "submitting", "submitted", "under_review", "approved", "removed",
      ])
    #expect(try fixture.store.check().isEmpty)
  }

  @Test(
    "Every transition between two statuses is allowed or refused, also in raw SQL",
    arguments: SubmissionStatus.allCases)
  func matrix(from: SubmissionStatus) throws {
    for target in SubmissionStatus.allCases where target != from {
      let fixture = try SubmissionsFixture()
      let submission = try fixture.submission(from)
      let before = try fixture.find(submission)
      let move = """
        UPDATE submissions SET status = '\(target.rawValue)', submitted_at = 1, approved_at = 2,
          rejected_at = 2, closed_at = \(target.isClosed ? "2" : "NULL")
        """
      if from.canMove(to: target) {
        try fixture.raw(move)
        #expect(try fixture.find(submission)?.status == target)
        #expect(try fixture.history(submission.id) == [from.rawValue, target.rawValue])
      } else {
        #expect(
          throws: SubmissionError.illegalMove(submission.id, from: from, to: target)
        ) { try fixture.raw(move) }
        #expect(try fixture.find(submission) == before)
        #expect(try fixture.history(submission.id) == [from.rawValue])
      }
      #expect(try fixture.store.check().isEmpty)
    }
  }

  @Test("The transitions cover every status, and closed ones allow only a retry")
  func transitions() {
    #expect(Set(SubmissionStatus.transitions.keys) == Set(SubmissionStatus.allCases))
    for status in SubmissionStatus.allCases where status.isClosed {
      #expect(SubmissionStatus.transitions[status] == (status == .failed ? [.pending] : []))
    }
  }

  @Test("A revision is counted and resubmitted, and approval time starts at the last submission")
  func revision() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let id = try fixture.submission(.submitted).id
    fixture.clock.advance(by: .days(2))
    let asked = try submissions.requestRevision(id, notes: "shorter")
    #expect(asked.review.revisionCount == 1)
    #expect(asked.review.revisionNotes == "shorter")
    try submissions.resubmit(id)
    fixture.clock.advance(by: .days(1))
    let again = try submissions.markSubmitted(id)
    #expect(again.times.submittedAt == fixture.now)
    fixture.clock.advance(by: .hours(5))
    let approved = try submissions.approve(id)
    #expect(approved.times.approvalTime == .hours(5))
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("A rejection stores reason and category, closes, and lets the customer submit again")
  func rejection() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.underReview)
    let rejected = try fixture.store.submissions.reject(
      submission.id, reason: "spam", category: "content")
    #expect(rejected.review.rejectionReason == "spam")
    #expect(rejected.review.rejectionCategory == "content")
    #expect(rejected.times.rejectedAt == fixture.now)
    #expect(rejected.times.closedAt == fixture.now)
    let second = try fixture.store.submissions.create(
      NewSubmission(customer: submission.customer, directory: submission.directory))
    #expect(
      try fixture.store.submissions.live(of: submission.customer, in: submission.directory)
        == second)
  }

  @Test("A failed submission is retried until its retries are used up")
  func retries() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let id = try fixture.submission().id
    for round in 1...3 {
      let failed = try submissions.fail(id, message: "time-out", code: "E1")
      #expect(failed.times.closedAt == fixture.now)
      let pending = try submissions.retry(id)
      #expect(pending.errors.retries == round)
      #expect(pending.times.closedAt == nil)
    }
    try submissions.fail(id, message: "time-out")
    #expect(throws: SubmissionError.retriesExhausted(id, retries: 3, limit: 3)) {
      try submissions.retry(id)
    }
    #expect(try submissions.find(id)?.status == .failed)
  }

  @Test("A retry is refused if a newer submission is live")
  func retryAgainstNewer() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let old = try fixture.submission()
    try submissions.fail(old.id, message: "time-out")
    let newer = try submissions.create(
      NewSubmission(customer: old.customer, directory: old.directory))
    #expect(
      throws: SubmissionError.alreadyLive(
        customer: old.customer, directory: old.directory, existing: newer.id)
    ) { try submissions.retry(old.id) }
  }

  @Test("Submissions past their expiry expire in bounded calls, and no others")
  func expiry() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    var ids: [ID<Submission>] = []
    for hours in 1...3 {
      let id = try fixture.submission(.approved).id
      try submissions.setExpiry(id, at: fixture.now + .hours(hours))
      ids.append(id)
    }
    let waiting = try fixture.submission(.pending).id
    try submissions.setExpiry(waiting, at: fixture.now + .hours(1))
    fixture.clock.advance(by: .hours(2))
    #expect(try submissions.expireDue(limit: 1) == [ids[0]])
    #expect(try submissions.expireDue() == [ids[1]])
    #expect(try submissions.expireDue().isEmpty)
    #expect(try submissions.find(ids[2])?.status == .approved)
    #expect(try submissions.find(waiting)?.status == .pending)
    #expect(try submissions.find(ids[0])?.times.closedAt == fixture.now)
  }
}
