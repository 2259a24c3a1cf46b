import Backoffice
import BackofficeTesting
import Testing

@Suite("Submission data of queue items")
struct SubmissionWorkTests {
  let test: TestStore

  init() throws { test = try TestStore() }

  var store: BackofficeStore { test.store }

  private func claim() throws -> Lease {
    try #require(try store.queue.claim(worker: "w").first).lease
  }

  @Test("It is enqueued with the item, and the worker updates it")
  func reported() throws {
    var work = SubmissionWork()
    work.method = .headlessBrowser
    work.formComplexity = 4
    work.submissionData = try JSONText(#"{"name":"Ada"}"#)
    let id = try store.submissions.enqueue(NewQueueItem(kind: "submit"), work: work).id
    #expect(try store.submissions.work(of: id) == work)
    let lease = try claim()
    let reported = try store.submissions.report(lease) { work in
      work.captchaEncountered = true
      work.screenshotURL = "https://example.com/1.png"
    }
    #expect(reported.captchaEncountered && reported.formComplexity == 4)
    #expect(try store.submissions.work(of: id) == reported)
    try store.queue.complete(lease)
    #expect(try store.submissions.work(of: id) == reported)
    try store.queue.delete(id)
    #expect(try store.submissions.work(of: id) == nil)
    #expect(try store.check() == [])
  }

  @Test("An item without it gets the default values with the first report")
  func first() throws {
    let id = try store.queue.enqueue(NewQueueItem(kind: "submit")).id
    #expect(try store.submissions.work(of: id) == nil)
    let work = try store.submissions.report(try claim()) { $0.verificationStatus = .pending }
    #expect(work.method == .chromeExtension && work.verificationStatus == .pending)
  }

  @Test("A worker that has lost its lease cannot report")
  func fenced() throws {
    let id = try store.queue.enqueue(NewQueueItem(kind: "submit")).id
    let lost = try claim()
    try store.queue.release(lost)
    let lease = try claim()
    #expect(throws: QueueError.self) {
      try store.submissions.report(lost) { $0.captchaEncountered = true }
    }
    #expect(try store.submissions.work(of: id) == nil)
    try store.submissions.report(lease) { $0.requiresVerification = true }
    try store.queue.complete(lease)
    #expect(throws: QueueError.self) {
      try store.submissions.report(lease) { $0.requiresVerification = false }
    }
    #expect(try store.submissions.work(of: id)?.requiresVerification == true)
  }

  @Test("Values out of range are refused, and the item is not enqueued")
  func refused() throws {
    var work = SubmissionWork()
    work.formComplexity = 11
    #expect(throws: SubmissionError.self) {
      try store.submissions.enqueue(NewQueueItem(kind: "submit"), work: work)
    }
    work.formComplexity = 1
    work.proof = .emptyArray
    #expect(throws: SubmissionError.self) {
      try store.submissions.enqueue(NewQueueItem(kind: "submit"), work: work)
    }
    #expect(try store.queues.depth() == 0)
  }

  @Test("A duplicate does not change the data of the existing item")
  func duplicate() throws {
    var item = NewQueueItem(kind: "submit")
    item.uniqueKey = "one"
    var work = SubmissionWork()
    work.formComplexity = 2
    let id = try store.submissions.enqueue(item, work: work).id
    work.formComplexity = 3
    #expect(try store.submissions.enqueue(item, work: work).id == id)
    #expect(try store.submissions.work(of: id)?.formComplexity == 2)
  }
}
