import CBackofficeSQLite
import Dispatch
import Synchronization

/// A write that waits for its turn in a group, without its result type.
///
/// @unchecked Sendable: handed from the caller to the group's thread through a mutex.
class GroupedWrite: @unchecked Sendable {
  let cancellation = CancellationFlag()
  let principal: Principal?
  let reason: String?

  private let phase = Atomic<Phase>(.new)

  init(principal: Principal?, reason: String?) {
    self.principal = principal
    self.reason = reason
  }

  /// Where a write is; its caller is told once, by whoever ends it.
  private enum Phase: UInt8, AtomicRepresentable {
    case new, waiting, running, over
  }

  /// Notes that somebody waits for the write; one that was cancelled before is over at once.
  final func wait() {
    phase.store(.waiting, ordering: .sequentiallyConsistent)
    if cancellation.isSet { cancel() }
  }

  /// Notes that its turn has come; answers whether somebody still waits for it.
  final func begin() -> Bool { move(from: .waiting, to: .running) }

  /// Notes that it is over; answers whether it was not before.
  final func end() -> Bool { phase.exchange(.over, ordering: .sequentiallyConsistent) != .over }

  /// Ends it before its next statement, or at once while it waits for its turn.
  final func cancel() {
    cancellation.set()
    if move(from: .waiting, to: .over) { abandon() }
  }

  private func move(from: Phase, to: Phase) -> Bool {
    phase.compareExchange(
      expected: from, desired: to, ordering: .sequentiallyConsistent
    ).exchanged
  }

  /// Tells the caller that the write was cancelled before its turn.
  func abandon() {}

  /// Does the work inside the group's transaction, in a savepoint of its own.
  func perform(_ transaction: borrowing WriteTransaction) throws {}
  /// Tells the caller that the work is durable.
  func succeed() {}
  /// Tells the caller that nothing of the work remains.
  func fail(_ error: any Error) {}
}

/// Lets writes of many tasks share one transaction, so that they share one sync of the disk.
///
/// Each write runs in a savepoint of its own with its own at-commit rules, as if it were alone; one
/// that throws is undone alone. All callers resume only after the commit is durable. Between two
/// groups the writer is free, so a synchronous writer waits for one group at most.
///
/// Callers resume on threads of the tasks' own, while the committer goes on: to wake a thread for
/// each costs as much as the writes do. Those who shared a commit mostly come again at once, so the
/// next group gives half of them a moment to do so.
final class GroupCommitter: Sendable {
  private struct State: Sendable {
    var waiting: [GroupedWrite] = []
    var isScheduled = false
    /// How many writes the committer waits for; 0 when it does not.
    var awaited = 0
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "backoffice.write")
  /// Signalled when as many writes have come as the committer waits for.
  private let arrival = DispatchSemaphore(value: 0)

  /// The longest wait for those who shared the last commit.
  static let patience = DispatchTimeInterval.microseconds(200)

  /// Queues a write; `database` is asked to run groups until none waits.
  func enqueue(_ write: GroupedWrite, for database: Database) {
    let (isFirst, hasArrived) = state.withLock { state in
      state.waiting.append(write)
      defer { state.isScheduled = true }
      let hasArrived = state.awaited > 0 && state.waiting.count >= state.awaited
      if hasArrived { state.awaited = 0 }
      return (!state.isScheduled, hasArrived)
    }
    if isFirst { queue.async { database.commitGroups() } }
    if hasArrived { arrival.signal() }
  }

  /// Waits until `count` writes have come, or ``patience`` is over.
  func gather(_ count: Int) {
    let isShort = state.withLock { state in
      if state.waiting.count < count { state.awaited = count }
      return state.awaited > 0
    }
    guard isShort, arrival.wait(timeout: .now() + Self.patience) == .timedOut else { return }
    let isSignalled = state.withLock { state in
      defer { state.awaited = 0 }
      return state.awaited == 0
    }
    // The last one came in this very moment.
    if isSignalled { arrival.wait() }
  }

  /// Tells the callers of a commit that their work is durable.
  func resume(_ writes: [GroupedWrite]) {
    guard writes.count > 1 else {
      writes.first?.succeed()
      return
    }
    Task.detached { for write in writes { write.succeed() } }
  }

  /// The next writes, at most `limit`; none when nothing waits, and then a new write schedules anew.
  func next(limit: Int) -> [GroupedWrite] {
    state.withLock { state in
      let group = Array(state.waiting.prefix(limit))
      state.waiting.removeFirst(group.count)
      if group.isEmpty { state.isScheduled = false }
      return group
    }
  }

  /// Further writes that came while a group was at work.
  func more(limit: Int) -> [GroupedWrite] {
    guard limit > 0 else { return [] }
    return state.withLock { state in
      let group = Array(state.waiting.prefix(limit))
      state.waiting.removeFirst(group.count)
      return group
    }
  }
}

extension Database {
  /// Runs groups until nothing waits; on the committer's own thread.
  func commitGroups() {
    while true {
      let group = committer.next(limit: configuration.groupLimit)
      if group.isEmpty { return }
      let count = commit(group)
      if count > 1 { committer.gather(min(count / 2, configuration.groupLimit)) }
    }
  }

  /// Commits a group, and answers how many writes it had in the end.
  private func commit(_ first: [GroupedWrite]) -> Int {
    var finished: [GroupedWrite] = []
    var failed = 0
    do {
      guard let writer else { throw StorageError.readOnlyStore }
      let start = backoffice_monotonic_microseconds()
      try openWrite(writer, as: nil, reason: nil)
      do {
        try fill(writer, first, into: &finished, failed: &failed)
        try writer.commitWriting()
      } catch {
        writer.rollbackWriting()
        announce(closeWrite(writer, committed: false))
        throw error
      }
      var notice = closeWrite(writer, committed: true)
      committer.resume(finished)
      if configuration.onEvent != nil {
        notice.events.append(
          .groupCommit(
            writes: finished.count, failed: failed,
            microseconds: backoffice_monotonic_microseconds() - start))
      }
      announce(notice)
    } catch {
      // Nothing of the group is durable: who had done its work learns that it is gone. Telling
      // somebody twice does no harm.
      for write in finished { write.fail(error) }
      for write in first { write.fail(error) }
    }
    return finished.count
  }

  /// Runs the writes of a group, and those that arrive meanwhile, within its limits.
  private func fill(
    _ writer: Connection, _ first: [GroupedWrite], into finished: inout [GroupedWrite],
    failed: inout Int
  ) throws {
    let deadline =
      backoffice_monotonic_microseconds() + configuration.groupDelay.microseconds
    var waiting = first
    var count = 0
    while !waiting.isEmpty {
      for (index, write) in waiting.enumerated() {
        count += 1
        do {
          try perform(write, on: writer)
          finished.append(write)
        } catch {
          failed += 1
          write.fail(error)
          // A full disk or an interrupt ends the whole transaction in SQLite.
          if writer.isAutocommit {
            for later in waiting[(index + 1)...] { later.fail(error) }
            throw error
          }
        }
      }
      guard backoffice_monotonic_microseconds() < deadline else { return }
      waiting = committer.more(limit: configuration.groupLimit - count)
    }
  }

  private func perform(_ write: GroupedWrite, on writer: Connection) throws {
    guard write.begin(), !write.cancellation.isSet else { throw CancellationError() }
    // Handles of one write of the group are over when the next begins.
    writer.generation += 1
    writer.context = TransactionContext(
      now: clock.now(), principal: write.principal ?? .system, reason: write.reason)
    writer.setCancellation(write.cancellation)
    defer { writer.setCancellation(nil) }
    try WriteTransaction(writer).savepoint { transaction in
      try write.perform(transaction)
      try writer.runAtCommit()
    }
  }
}
