import CBackofficeSQLite

extension Database {
  /// The notifications at the end of a write, sent after the writer is released.
  struct WriteNotice {
    var touchedTables: Set<String> = []
    var events: [StorageEvent] = []
  }

  /// Enters the writer gate and begins a transaction.
  func openWrite(_ writer: Connection, as principal: Principal?, reason: String?) throws {
    try file.check()
    try gate.enter(timeout: configuration.busyTimeout)
    let principal = principal ?? self.principal ?? .system
    writer.busy.reset()
    do {
      try writer.begin(
        writing: true,
        context: TransactionContext(now: clock.now(), principal: principal, reason: reason))
    } catch {
      let waited = writer.busy.waitedMicroseconds
      gate.leave()
      guard ResultCode.busy ~= error.code else { throw error }
      configuration.onEvent?(.busyWait(microseconds: waited, gaveUp: true))
      if let flag = unsafe writer.cancellation, flag.isSet { throw CancellationError() }
      throw StorageError.busy(
        waitedMicroseconds: waited, operation: "a write",
        holder: LockHolder.current(of: location.path))
    }
    do {
      try writer.settingsBegin()
    } catch {
      writer.rollbackWriting()
      gate.leave()
      throw error
    }
    gate.name(principal, reason)
    writer.transactionStart = backoffice_monotonic_microseconds()
  }

  /// Runs a checkpoint if one is due, and releases the writer.
  func closeWrite(_ writer: Connection, committed: Bool) -> WriteNotice {
    var notice = WriteNotice()
    if committed {
      if !observers.isEmpty { notice.touchedTables = writer.capture.touchedTables }
      notice.events = checkpointIfDue(writer)
    }
    if configuration.onEvent != nil {
      let waited = writer.busy.waitedMicroseconds
      if waited > 0 { notice.events.append(.busyWait(microseconds: waited, gaveUp: false)) }
      let open = backoffice_monotonic_microseconds() - writer.transactionStart
      if open >= configuration.longTransaction.microseconds {
        notice.events.append(
          .longTransaction(
            principal: writer.context.principal, reason: writer.context.reason,
            microseconds: open))
      }
    }
    gate.leave()
    return notice
  }

  /// Notifies observers and the event callback, after the writer is released.
  func announce(_ notice: WriteNotice) {
    if let onEvent = configuration.onEvent { for event in notice.events { onEvent(event) } }
    if !notice.touchedTables.isEmpty { observers.notify(notice.touchedTables) }
  }
}
