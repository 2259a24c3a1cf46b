import BackofficeStorage

/// What the status of a batch follows from.
struct BatchSituation {
  static let columns = """
    status, stop_on_error, total_items, pending_items, running_items, waiting_items,
      completed_items, failed_items, cancelled_items, processing_microseconds_sum,
      processing_count, stays_open, sealed_at IS NOT NULL
    """

  static let columnCount = 13

  let status: Batch.Status
  let stopsOnError: Bool
  let counters: Batch.Counters
  /// Whether it waits for more items although it has none that is unfinished.
  let staysOpen: Bool
  let isSealed: Bool

  init(_ row: borrowing Row) throws {
    var column = row.reader()
    status = try column.next()
    stopsOnError = try column.next()
    counters = try Batch.Counters(&column)
    let waitsForSeal: Bool = try column.next()
    isSealed = try column.next()
    staysOpen = waitsForSeal && !isSealed
  }

  /// The status that follows, when `failures` items have just failed for good and `openings` came
  /// or came back to life.
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

  /// Whether the status agrees with the counters, whatever led to them.
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
