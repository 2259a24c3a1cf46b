import BackofficeStorage

/// The rules that hold for a batch whatever statement changed it.
enum BatchRules {
  /// Writes history, and refuses a move that the life of a batch does not know.
  static let history = Trigger.statusHistory(of: .batch, on: HistoryRow.self) { old, new in
    old.status.canMove(to: new.status)
      ? nil
      : QueueError.illegalBatchMove(
        batch: ID(retyping: new.historyEntity), from: old.status, to: new.status)
  }

  /// When a batch is cancelled, or fails because it stops on errors, cancels the items that wait
  /// and asks the running ones to stop.
  static let stop = Trigger.after(
    "batches.stop", .update(of: "status"), on: HistoryRow.self
  ) { change, transaction in
    guard let old = change.old, let new = change.new, old.status != new.status,
      new.status == .cancelled || (new.status == .failed && new.stopsOnError)
    else { return }
    let why = new.status == .cancelled ? "batch_cancelled" : "batch_stopped"
    try transaction.execute(cancelWaiting, new.historyEntity, transaction.now, why)
    try transaction.execute(askRunning, new.historyEntity, transaction.now)
  }

  static let updatedAt = Trigger.updatedAt(on: Stamp.self)

  static let cancelWaiting = SQLStatement(
    """
    UPDATE queue_items SET status = 'cancelled', paused_from = NULL, finished_at = ?2,
      error_code = ?3, updated_at = ?2
    WHERE batch_id = ?1 AND status IN ('pending', 'retrying', 'paused', 'waiting_for_action')
    """)

  static let askRunning = SQLStatement(
    """
    UPDATE queue_items SET cancel_requested_at = ?2, updated_at = ?2
    WHERE batch_id = ?1 AND status = 'running' AND cancel_requested_at IS NULL
    """)

  struct HistoryRow: StatusBearing {
    static let tableName = "batches"
    static let columns = ["id", "status", "stop_on_error"]
    let historyEntity: ID<AnyEntity>
    let status: Batch.Status
    let stopsOnError: Bool
    var historyStatus: String { status.rawValue }

    init(_ row: borrowing Row) throws {
      historyEntity = try row.value(at: 0)
      status = try row.value(at: 1)
      stopsOnError = try row.value(at: 2)
    }
  }

  struct Stamp: StampedRow {
    static let tableName = "batches"
    let stampedID: ID<AnyEntity>
    let updatedAt: Timestamp

    init(id: ID<AnyEntity>, updatedAt: Timestamp) {
      stampedID = id
      self.updatedAt = updatedAt
    }
  }
}
