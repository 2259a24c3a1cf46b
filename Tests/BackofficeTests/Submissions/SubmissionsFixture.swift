import Backoffice
import BackofficeTesting

/// A store for one test of submissions, with a clock that the test moves.
struct SubmissionsFixture {
  /// 2026-01-31 12:00 UTC.
  static let start = Timestamp(microseconds: 1_769_860_800_000_000)

  let store: BackofficeStore
  let clock: ManualClock

  init(seed: UInt64 = 1, triggers: [Trigger] = []) throws {
    let test = try TestStore(startingAt: Self.start, seed: seed) { $0.triggers = triggers }
    clock = test.clock
    store = test.store
  }

  var now: Timestamp { clock.now }

  /// A customer, inserted without the repository.
  func customer(_ name: String = "a") throws -> ID<Customer> {
    try store.write { transaction in
      let id: ID<Customer> = transaction.makeID()
      try transaction.execute(
        sql: """
          INSERT INTO customers (id, full_name, email, email_key, created_at, updated_at)
          VALUES (?1, 'Name', ?2, ?2, ?3, ?3)
          """, id, "\(name)\(id.low)@example.com", transaction.now)
      return id
    }
  }

  /// A queue item, inserted without the repository.
  func queueItem() throws -> ID<QueueItem> {
    try store.write { transaction in
      let id: ID<QueueItem> = transaction.makeID()
      try transaction.execute(
        sql: """
          INSERT INTO queue_items (id, kind, due_at, created_at, updated_at)
          VALUES (?1, 'submit', ?2, ?2, ?2)
          """, id, transaction.now)
      return id
    }
  }

  func directory(_ host: String = "example.com", days: Int = 3) throws -> Directory {
    try store.directories.create(
      NewDirectory(name: host, website: "https://\(host)", expectedApprovalDays: days))
  }

  func submission(_ status: SubmissionStatus = .pending) throws -> Submission {
    let customer = try customer()
    let directory = try directory("d\(customer.low).example")
    return try store.submissions.create(
      NewSubmission(customer: customer, directory: directory.id, status: status))
  }

  func find(_ submission: Submission) throws -> Submission? {
    try store.submissions.find(submission.id)
  }

  func counters(_ directory: ID<Directory>) throws -> Directory.Counters? {
    try store.directories.find(directory)?.counters
  }

  /// The statuses of a submission, oldest first.
  func history(_ submission: ID<Submission>) throws -> [String] {
    try store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT to_status FROM status_history WHERE entity_kind = 'submission' AND entity_id = ?
          ORDER BY pk
          """, submission
      ) { row in try row.value(at: 0) }
    }
  }

  /// Runs SQL that no repository contains.
  @discardableResult
  func raw(_ sql: String) throws -> Int {
    try store.write { transaction in try transaction.execute(sql: sql) }
  }
}
