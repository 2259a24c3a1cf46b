/// The columns on which the end of an attempt depends.
struct RunningAttempt {
  let key: Int64
  let lease: Lease
  let kind: String
  let charged: Int
  let rescues: Int
  let isCancelRequested: Bool
  let dueAt: Timestamp
  let claimedAt: Timestamp
  let leaseExpiresAt: Timestamp
  let policyKey: Int64?
  let uniqueKey: String?

  /// Whether the attempt took longer than its policy allows.
  func isOverRunLimit(_ policy: ItemPolicy, at now: Timestamp) -> Bool {
    policy.runLimitSeconds.map { claimedAt + .seconds($0) <= now } ?? false
  }

  /// Whether another item holds the unique key that this one needs in a status.
  func isSuperseded(
    in status: QueueItem.Status, _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    try UniqueKeys.isTaken(from: key, of: kind, uniqueKey, in: status, transaction)
  }
}

extension RunningAttempt: TableRow {
  static let tableName = "queue_items"

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    let cancelRequestedAt: Timestamp?
    let key: Int64 = try column("pk")
    let lease = Lease(item: try column("id"), token: try column("lease_token"))
    let kind: String = try column("kind")
    let charged: Int = try column("attempts")
    let rescues: Int = try column("rescues")
    cancelRequestedAt = try column("cancel_requested_at")
    try self.init(
      key: key, lease: lease, kind: kind, charged: charged, rescues: rescues,
      isCancelRequested: cancelRequestedAt != nil, dueAt: column("due_at"),
      claimedAt: column("claimed_at"),
      leaseExpiresAt: column("lease_expires_at"), policyKey: column("policy_pk"),
      uniqueKey: column("unique_key"))
  }
}
