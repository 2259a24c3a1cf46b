extension QueueItemRules {
  /// What the end of an attempt is told from, in the row after the change.
  struct Attempt: TableRow {
    static let tableName = "queue_items"
    let key: Int64
    let status: QueueItem.Status
    let claims: Int
    let charged: Int
    let rescues: Int
    let dueAt: Timestamp
    let policyKey: Int64?
    let errorCode: String?
    let errorMessage: String?
    let updatedAt: Timestamp

    /// The same in the row before.
    struct Before: TableRow {
      static let tableName = "queue_items"
      let charged: Int
      let rescues: Int
      let dueAt: Timestamp
      let worker: String?
      let token: ID<Lease>?
      let claimedAt: Timestamp?

      /// Who had the item, under which lease.
      struct Key {
        let worker: String
        let token: ID<Lease>
        let claimedAt: Timestamp
      }

      var attempt: Key? {
        guard let worker, let token, let claimedAt else { return nil }
        return Key(worker: worker, token: token, claimedAt: claimedAt)
      }
    }

    /// The result that the row shows, for any statement that wrote it.
    func outcome(after old: Before) -> QueueAttempt.Outcome {
      if rescues > old.rescues { return .rescued }
      switch status {
      case .completed: return .completed
      case .cancelled: return .cancelled
      case .parked: return .parked
      case .pending: return dueAt == old.dueAt ? .released : .snoozed
      case .failed, .retrying: return .failed
      case .running, .paused: return .lost
      }
    }
  }
}

extension QueueItemRules.Attempt {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      key: column("pk"), status: column("status"), claims: column("claims"),
      charged: column("attempts"), rescues: column("rescues"),
      dueAt: column("due_at"), policyKey: column("policy_pk"),
      errorCode: column("error_code"), errorMessage: column("error_message"),
      updatedAt: column("updated_at"))
  }
}

extension QueueItemRules.Attempt.Before {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      charged: column("attempts"), rescues: column("rescues"),
      dueAt: column("due_at"), worker: column("worker"),
      token: column("lease_token"), claimedAt: column("claimed_at"))
  }
}
