/// The rule by which the status of a batch follows from its counters.
struct BatchStatusRule: TableRow {
  static let tableName = "batches"

  let status: Batch.Status
  let stopsOnError: Bool
  let counters: Batch.Counters
  /// Whether it waits to be sealed, and so for more items, although none of its items is unfinished.
  let staysOpen: Bool
  let isSealed: Bool

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    status = try column("status")
    stopsOnError = try column("stop_on_error")
    counters = try Batch.Counters(&column)
    let waitsForSeal: Bool = try column("stays_open")
    let sealedAt: Timestamp? = try column("sealed_at")
    isSealed = sealedAt != nil
    staysOpen = waitsForSeal && sealedAt == nil
  }

  /// The status that follows, when `failures` items have just failed permanently and `openings`
  /// came or came back to life.
  func status(afterFailures failures: Int, openings: Int) -> Batch.Status {
    if status == .cancelled { return status }
    if counters.total == 0 { return isSealed ? .completed : status }
    if stopsOnError, failures > 0, counters.failed > 0 { return .failed }
    if counters.unfinished == 0, !staysOpen { return finalStatus }
    switch status {
    case .completed: return .processing
    case .failed:
      // Stopped by an error, it only waits for what still ran then.
      return isStopped && openings == 0 ? .failed : .processing
    case .pending:
      return counters.running + counters.finished > 0 ? .processing : .pending
    case .processing, .paused, .cancelled: return status
    }
  }

  /// Whether the status agrees with the counters.
  var isAdmissible: Bool {
    if status == .cancelled { return true }
    if counters.total == 0 { return !isSealed || status == .completed }
    if counters.unfinished == 0, !staysOpen { return status == finalStatus }
    switch status {
    case .completed: return false
    case .failed: return isStopped
    case .pending: return counters.running + counters.finished == 0
    case .processing, .paused, .cancelled: return true
    }
  }

  private var isStopped: Bool { stopsOnError && counters.failed > 0 }

  private var finalStatus: Batch.Status {
    counters.completed > 0 && !isStopped ? .completed : .failed
  }
}

extension Batch.Counters {
  /// Reads the nine counters of a batch.
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      total: column("total_items"), pending: column("pending_items"),
      running: column("running_items"), waiting: column("waiting_items"),
      completed: column("completed_items"), failed: column("failed_items"),
      cancelled: column("cancelled_items"),
      processingMicrosecondsSum: column("processing_microseconds_sum"),
      processingCount: column("processing_count"))
  }

  /// Reads the nine counters from a column on.
  init(_ row: borrowing Row, from first: Int) throws {
    self.init(
      total: try row.value(at: first), pending: try row.value(at: first + 1),
      running: try row.value(at: first + 2), waiting: try row.value(at: first + 3),
      completed: try row.value(at: first + 4), failed: try row.value(at: first + 5),
      cancelled: try row.value(at: first + 6),
      processingMicrosecondsSum: try row.value(at: first + 7),
      processingCount: try row.value(at: first + 8))
  }
}
