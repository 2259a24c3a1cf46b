public import BackofficeStorage

/// The submissions of customers to directories.
public struct Submissions: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension BackofficeStore {
  /// The submissions of customers to directories.
  public var submissions: Submissions { Submissions(access) }
}

extension ReadTransaction {
  /// The submissions of customers to directories, at this transaction's moment.
  public var submissions: Submissions { Submissions(DatabaseAccess(self)) }
}

extension WriteTransaction {
  /// The submissions of customers to directories, inside this transaction.
  public var submissions: Submissions { Submissions(DatabaseAccess(self)) }
}

extension Submissions {
  private static func select(where condition: String) -> SQLStatement {
    SQLStatement("SELECT \(Submission.selection) FROM submissions WHERE \(condition)")
  }

  static let byID = select(where: "id = ?")
  static let byReference = select(where: "reference = ?")
  static let byQueueItem = select(where: "queue_item_id = ?")
  static let byExternalID = select(where: "external_submission_id = ? LIMIT 1")
  static let live = select(where: "customer_id = ? AND directory_id = ? AND closed_at IS NULL")

  /// The submission of that id, or nil.
  ///
  /// - Complexity: one index probe.
  public func find(_ id: ID<Submission>) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.byID, id) }
  }

  /// The submission of that reference for people, or nil.
  ///
  /// - Complexity: one index probe.
  public func find(reference: String) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.byReference, reference) }
  }

  /// The submission that a queue item made, or nil.
  ///
  /// - Complexity: one index probe.
  public func find(queueItem: ID<QueueItem>) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.byQueueItem, queueItem) }
  }

  /// A submission of that name at its directory, or nil; any one when directories share the name.
  ///
  /// - Complexity: one index probe.
  public func find(externalID: String) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.byExternalID, externalID) }
  }

  /// The live submission of a customer in a directory, or nil.
  ///
  /// Live is: not rejected, expired, removed, failed or cancelled. There is at most one.
  ///
  /// - Complexity: one index probe.
  public func live(
    of customer: ID<Customer>, in directory: ID<Directory>
  ) throws -> Submission? {
    try access.readOnce { try Submission.fetchOne($0, Self.live, customer, directory) }
  }
}
