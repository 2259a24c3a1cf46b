/// The rules for batches, enforced for every statement.
enum BatchRules {
  static let triggers = [illegalMove, stop, updatedAt]

  /// Refuses a move that the life of a batch does not know.
  static let illegalMove = Trigger.after(
    "batches.illegal_move",
    .update(of: "status").where(.moves("status", outside: Batch.Status.transitions)), on: Move.self
  ) { change, _ in
    guard let old = change.old, let new = change.new else { return }
    throw QueueError.illegalBatchMove(batch: new.id, from: old.status, to: new.status)
  }

  /// When a batch is cancelled, or fails because it stops on errors, cancels the items that wait
  /// and asks the running ones to stop.
  static let stop = Trigger.after(
    "batches.stop", .update(of: "status").where(.becomes("status", ["cancelled", "failed"])),
    on: Move.self
  ) { change, transaction in
    guard let new = change.new, new.status == .cancelled || new.stopsOnError else { return }
    let why = new.status == .cancelled ? "batch_cancelled" : "batch_stopped"
    try transaction.execute(cancelWaiting, new.id, transaction.now, why)
    try transaction.execute(askRunning, new.id, transaction.now)
  }

  static let updatedAt = Trigger.updatedAt(of: Batch.self)

  static let cancelWaiting = SQLStatement(
    """
    UPDATE queue_items SET status = 'cancelled', paused_from = NULL, finished_at = ?2,
      error_code = ?3, updated_at = ?2
    WHERE batch_id = ?1 AND status \(QueueItem.Status.waitingSQL)
    """)

  static let askRunning = SQLStatement(
    """
    UPDATE queue_items SET cancel_requested_at = ?2, updated_at = ?2
    WHERE batch_id = ?1 AND status = 'running' AND cancel_requested_at IS NULL
    """)

  struct Move: TableRow {
    static let tableName = "batches"
    let id: ID<Batch>
    let status: Batch.Status
    let stopsOnError: Bool
  }
}

extension BatchRules.Move {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), status: column("status"), stopsOnError: column("stop_on_error"))
  }
}
