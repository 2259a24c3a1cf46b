import BackofficeStorage

extension QueueItemRules {
  struct Stamp: StampedRow {
    static let tableName = "queue_items"
    let stampedID: ID<AnyEntity>
    let updatedAt: Timestamp

    init(id: ID<AnyEntity>, updatedAt: Timestamp) {
      stampedID = id
      self.updatedAt = updatedAt
    }
  }

  /// What a rule needs of an item that begins to run.
  struct Start: TableRow {
    static let tableName = "queue_items"
    static let columns = [
      "id", "pk", "claim_count", "worker", "processing_node", "lease_token", "due_at",
      "created_at", "claimed_at", "queue_wait_microseconds",
    ]
    let id: ID<QueueItem>
    let key: Int64
    let claims: Int
    let worker: String?
    let node: String?
    let token: ID<Lease>?
    let dueAt: Timestamp
    let createdAt: Timestamp
    let claimedAt: Timestamp?
    let wait: Int64?

    var missingWait: Int64? {
      guard wait == nil, let claimedAt else { return nil }
      return max(0, (claimedAt - max(createdAt, dueAt)).microseconds)
    }

    /// What it needs of the row before.
    struct Before: TableRow {
      static let tableName = "queue_items"
      static let columns = ["status", "claim_count"]
      let status: QueueItem.Status
      let claims: Int
    }
  }

  /// What a rule needs of the row before of an item that moves elsewhere.
  struct Before: TableRow {
    static let tableName = "queue_items"
    static let columns = ["status", "attempts", "rescues", "snoozes"]
    let status: QueueItem.Status
    let charged: Int
    let rescues: Int
    let snoozes: Int
  }

  /// What it needs of the row now.
  struct Item: TableRow {
    static let tableName = "queue_items"
    static let columns = [
      "id", "pk", "status", "claim_count", "attempts", "rescues", "snoozes", "claimed_at",
      "finished_at", "progress", "processing_microseconds", "error_code", "error_message",
    ]
    let id: ID<QueueItem>
    let key: Int64
    let status: QueueItem.Status
    let claims: Int
    let charged: Int
    let rescues: Int
    let snoozes: Int
    let claimedAt: Timestamp?
    let finishedAt: Timestamp?
    let progress: Int
    let processing: Int64?
    let errorCode: String?
    let errorMessage: String?

    func missingProcessing(after old: QueueItem.Status?) -> Int64? {
      guard status == .completed || status == .failed, processing == nil,
        old == nil || old == .running, let claimedAt, let finishedAt
      else { return nil }
      return max(0, (finishedAt - claimedAt).microseconds)
    }

    func outcome(after old: Before) -> QueueAttempt.Outcome {
      if rescues > old.rescues { return .rescued }
      switch status {
      case .completed: return .completed
      case .cancelled: return .cancelled
      case .waitingForAction: return .waiting
      case .pending: return snoozes > old.snoozes ? .snoozed : .released
      case .failed, .retrying: return .failed
      case .running, .paused: return .lost
      }
    }
  }
}

// In extensions, each by one call of the memberwise initialiser: where a throwing initialiser sets
// the properties one by one, Swift 6.3 builds the value aside and copies it.

extension QueueItemRules.Start {
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(
      id: try column.next(), key: try column.next(), claims: try column.next(),
      worker: try column.next(), node: try column.next(), token: try column.next(),
      dueAt: try column.next(), createdAt: try column.next(), claimedAt: try column.next(),
      wait: try column.next())
  }
}

extension QueueItemRules.Start.Before {
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(status: try column.next(), claims: try column.next())
  }
}

extension QueueItemRules.Before {
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(
      status: try column.next(), charged: try column.next(), rescues: try column.next(),
      snoozes: try column.next())
  }
}

extension QueueItemRules.Item {
  init(_ row: borrowing Row) throws {
    var column = row.reader()
    self.init(
      id: try column.next(), key: try column.next(), status: try column.next(),
      claims: try column.next(), charged: try column.next(), rescues: try column.next(),
      snoozes: try column.next(), claimedAt: try column.next(), finishedAt: try column.next(),
      progress: try column.next(), processing: try column.next(), errorCode: try column.next(),
      errorMessage: try column.next())
  }
}
