internal import BackofficeStorage
internal import Logging

/// An event in the terms of a log.
struct Line {
  let level: Logger.Level
  let message: String
  var metadata: Logger.Metadata = [:]

  init(_ event: StorageEvent) {
    switch event {
    case .slowStatement(let sql, let microseconds):
      level = .warning
      message = "slow statement"
      metadata = ["sql": "\(sql)", "microseconds": "\(microseconds)"]
    case .longTransaction(let principal, let reason, let microseconds):
      level = .warning
      message = "long transaction"
      metadata = ["principal": "\(principal)", "microseconds": "\(microseconds)"]
      if let reason { metadata["reason"] = "\(reason)" }
    case .busyWait(let microseconds, let gaveUp):
      level = gaveUp ? .error : .info
      message = gaveUp ? "gave up waiting for the write lock" : "waited for the write lock"
      metadata = ["microseconds": "\(microseconds)"]
    case .checkpoint(let logPages, let movedPages, let microseconds):
      level = .debug
      message = "checkpoint"
      metadata = [
        "log_pages": "\(logPages)", "moved_pages": "\(movedPages)",
        "microseconds": "\(microseconds)",
      ]
    case .writeAheadLogOverLimit(let bytes, let limit, let oldest):
      level = .error
      message = "write-ahead log over its limit"
      metadata = ["bytes": "\(bytes)", "limit": "\(limit)"]
      if let oldest {
        metadata["oldest_read"] = "\(oldest.name ?? "unnamed")"
        metadata["oldest_read_microseconds"] = "\(oldest.ageMicroseconds)"
      }
    case .groupCommit(let writes, let failed, let microseconds):
      level = failed == 0 ? .debug : .info
      message = "group commit"
      metadata = [
        "writes": "\(writes)", "failed": "\(failed)", "microseconds": "\(microseconds)",
      ]
    }
  }
}
