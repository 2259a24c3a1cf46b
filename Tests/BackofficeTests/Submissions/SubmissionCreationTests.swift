import Backoffice
import Testing

@Suite("Creation of submissions")
struct SubmissionCreationTests {
  @Test("References contain the day and differ within the same moment")
  func references() throws {
    let fixture = try SubmissionsFixture()
    var references: Set<String> = []
    for _ in 0..<50 {
      let submission = try fixture.submission()
      references.insert(submission.reference)
      #expect(submission.reference.hasPrefix("DB-20260131-"))
      #expect(submission.reference.utf8.count == 20)
      #expect(submission.id.description.hasSuffix(submission.reference.suffix(8)))
    }
    #expect(references.count == 50)
  }

  @Test("Two live submissions of one customer in one directory are refused")
  func alreadyLive() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.approved)
    let error = SubmissionError.alreadyLive(
      customer: submission.customer, directory: submission.directory, existing: submission.id)
    #expect(throws: error) {
      try fixture.store.submissions.create(
        NewSubmission(customer: submission.customer, directory: submission.directory))
    }
    #expect(try fixture.counters(submission.directory)?.submissions == 1)
  }

  @Test("A submission with an unknown directory or customer is refused")
  func unknown() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let customer = try fixture.customer()
    let directory = try fixture.directory().id
    let nowhere = ID<Directory>(high: 1, low: 1)
    let unknown = ID<Customer>(high: 1, low: 1)
    #expect(throws: SubmissionError.unknownDirectory(nowhere)) {
      try submissions.create(NewSubmission(customer: customer, directory: nowhere))
    }
    #expect(throws: SubmissionError.unknownOwner(customer: unknown, queueItem: nil)) {
      try submissions.create(NewSubmission(customer: unknown, directory: directory))
    }
    try fixture.store.directories.deactivate(directory)
    #expect(throws: SubmissionError.inactiveDirectory(directory)) {
      try submissions.create(NewSubmission(customer: customer, directory: directory))
    }
    try submissions.create(
      NewSubmission(customer: customer, directory: directory, status: .approved))
    let missing = ID<Submission>(high: 9, low: 9)
    #expect(throws: SubmissionError.unknownSubmission(missing)) { try submissions.start(missing) }
    #expect(throws: SubmissionError.unknownSubmission(missing)) {
      try submissions.rate(missing, quality: 1)
    }
  }

  @Test("A queue item has one submission, regardless of how often it reports")
  func fromQueueItem() throws {
    let fixture = try SubmissionsFixture()
    let submissions = fixture.store.submissions
    let item = QueueItemSubmission(
      queueItem: try fixture.queueItem(), customer: try fixture.customer(),
      directory: try fixture.directory().id, method: .api, externalID: "e", attempts: 2,
      processingTime: .seconds(3))
    let made = try submissions.create(fromQueueItem: item)
    #expect(made.status == .submitted)
    #expect(made.times.submittedAt == fixture.now)
    #expect(made.effort.automationSuccessRate?.percent == 50)
    #expect(try submissions.create(fromQueueItem: item) == made)
    #expect(try submissions.find(queueItem: item.queueItem) == made)
    var other = item
    other.customer = try fixture.customer()
    #expect(
      throws: SubmissionError.queueItemTaken(item.queueItem, existing: made.id)
    ) { try submissions.create(fromQueueItem: other) }
  }

  @Test("A queue item takes over a waiting submission and advances it")
  func adopted() throws {
    let fixture = try SubmissionsFixture()
    let waiting = try fixture.submission()
    let item = QueueItemSubmission(
      queueItem: try fixture.queueItem(), customer: waiting.customer,
      directory: waiting.directory, method: .headlessBrowser, url: "https://x/1",
      processingTime: .seconds(3))
    let taken = try fixture.store.submissions.create(fromQueueItem: item)
    #expect(taken.id == waiting.id)
    #expect(taken.status == .submitted)
    #expect(taken.queueItem == item.queueItem)
    #expect(taken.url == "https://x/1")
    #expect(taken.effort.attempts == 1)
    #expect(taken.effort.automationSuccessRate?.percent == 100)
    #expect(taken.effort.processingTime == .seconds(3))
    #expect(try fixture.history(waiting.id) == ["pending", "submitting", "submitted"])
    #expect(try fixture.store.check().isEmpty)
  }

  @Test("Errors say what failed, for which entity, and how to resolve it")
  func texts() {
    let id = ID<Submission>(high: 0, low: 1)
    let text = "00000000-0000-0000-0000-000000000001"
    #expect(
      SubmissionError.illegalMove(id, from: .submitted, to: .pending).description
        == "submission \(text) is submitted and cannot become pending; expected under_review or "
        + "revision_needed or approved or rejected or expired or cancelled")
    #expect(
      SubmissionError.illegalMove(id, from: .removed, to: .approved).description
        == "submission \(text) is removed and cannot become approved; expected no further move, "
        + "it is closed")
    #expect(
      SubmissionError.retriesExhausted(id, retries: 3, limit: 3).description
        == "submission \(text) was retried 3 times, at most 3 are allowed; create a new submission")
    #expect(
      SubmissionError.outOfRange(field: "quality_score", value: 11, allowed: 1...10).description
        == "quality_score is 11, expected 1 to 10")
    #expect(
      SubmissionError.outOfRange(field: "clicks_count", value: -1, allowed: 0...Int64.max)
        .description == "clicks_count is -1, expected 0 or more")
    #expect(
      SubmissionError.alreadyLive(
        customer: ID(high: 0, low: 1), directory: ID(high: 0, low: 1), existing: id
      ).description
        == "customer \(text) has the live submission \(text) in directory \(text); continue that "
        + "one, or close it first")
  }
}
