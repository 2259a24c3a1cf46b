/// The submissions of customers to directories.
public struct Submissions: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The submissions of customers to directories.
  public var submissions: Submissions { Submissions(access) }
}

extension Submissions {
  static let byReference = Submission.select("WHERE reference = ?")
  static let byQueueItem = Submission.select("WHERE queue_item_id = ?")
  static let byExternalID = Submission.select("WHERE external_submission_id = ? LIMIT 1")
  static let live = Submission.select(
    "WHERE customer_id = ? AND directory_id = ? AND closed_at IS NULL")

  /// The submission with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(_ id: ID<Submission>) throws -> Submission? {
    try access.readOnce { try Submission.find(id, in: $0) }
  }

  /// The submission with a reference, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(reference: String) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.byReference, reference) }
  }

  /// The submission of a queue item, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(queueItem: ID<QueueItem>) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.byQueueItem, queueItem) }
  }

  /// A submission with an id at its directory, or nil if there is none.
  ///
  /// If several directories use the id, any of them is returned.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(externalID: String) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.byExternalID, externalID) }
  }

  /// The live submission of a customer in a directory, or nil if there is none.
  ///
  /// A live submission is not rejected, expired, removed, failed or cancelled. There is at most
  /// one.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func live(
    of customer: ID<Customer>, in directory: ID<Directory>
  ) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.live, customer, directory) }
  }
}
