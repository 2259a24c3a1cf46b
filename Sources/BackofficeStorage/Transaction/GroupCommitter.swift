import CBackofficeSQLite
import Dispatch
import Synchronization

/// A write of a group, without its result type.
///
/// @unchecked Sendable: the caller passes it to the group's thread through a mutex.
class GroupedWrite: @unchecked Sendable {
  let cancellation = CancellationFlag()
  let principal: Principal?
  let reason: String?

  private let phase = Atomic<Phase>(.new)

  init(principal: Principal?, reason: String?) {
    self.principal = principal
    self.reason = reason
  }

  /// The phase of a write; the thread that ends it resumes the caller once.
  private enum Phase: UInt8, AtomicRepresentable {
    case new, waiting, running, over
  }

  /// Marks the write as waiting; a write that was already cancelled ends immediately.
  final func wait() {
    phase.store(.waiting, ordering: .sequentiallyConsistent)
    if cancellation.isSet { cancel() }
  }

  /// Marks the write as running, and returns false if it has ended.
  final func begin() -> Bool { move(from: .waiting, to: .running) }

  /// Marks the write as ended, and returns false if it already was.
  final func end() -> Bool { phase.exchange(.over, ordering: .sequentiallyConsistent) != .over }

  /// Cancels the write: immediately while it waits, or before its next statement.
  final func cancel() {
    cancellation.set()
    if move(from: .waiting, to: .over) { abandon() }
  }

  private func move(from: Phase, to: Phase) -> Bool {
    phase.compareExchange(
      expected: from, desired: to, ordering: .sequentiallyConsistent
    ).exchanged
  }

  /// Resumes the caller of a write that was cancelled while it waited.
  func abandon() {}

  /// Runs the work in a savepoint of the group's transaction.
  func perform(_ transaction: borrowing WriteTransaction) throws {}
  /// Resumes the caller after the commit.
  func succeed() {}
  /// Resumes the caller with an error after the work was rolled back.
  func fail(_ error: any Error) {}
}

/// Groups concurrent writes into one transaction, so that they share one sync of the disk.
///
/// Each write runs in its own savepoint, with its own `atCommit` triggers; if it throws, only that
/// savepoint is rolled back. Callers resume after the commit is durable. The writer is released
/// between two groups, so a synchronous writer waits for at most one group.
///
/// Callers resume on the cooperative pool while the committer continues, because waking a thread
/// for each caller costs as much as the write. Callers that shared a commit often write again
/// immediately, so the next group waits briefly for half of them.
final class GroupCommitter: Sendable {
  private struct State: Sendable {
    var waiting: [GroupedWrite] = []
    var isScheduled = false
    /// The number of writes that the committer waits for; 0 if it does not wait.
    var awaited = 0
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "backoffice.write")
  /// Signalled when that number of writes has arrived.
  private let arrival = DispatchSemaphore(value: 0)

  /// The maximum wait for the callers that shared the last commit.
  static let maximumWait = DispatchTimeInterval.microseconds(200)

  /// Enqueues a write, and starts the committer if it is idle.
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

  /// Waits until `count` writes have arrived, for at most ``maximumWait``.
  func waitForWrites(_ count: Int) {
    let isShort = state.withLock { state in
      if state.waiting.count < count { state.awaited = count }
      return state.awaited > 0
    }
    guard isShort, arrival.wait(timeout: .now() + Self.maximumWait) == .timedOut else { return }
    let isSignalled = state.withLock { state in
      defer { state.awaited = 0 }
      return state.awaited == 0
    }
    // The last write arrived after the timeout.
    if isSignalled { arrival.wait() }
  }

  /// Resumes the callers of a commit.
  func resume(_ writes: [GroupedWrite]) {
    guard writes.count > 1 else {
      writes.first?.succeed()
      return
    }
    Task.detached { for write in writes { write.succeed() } }
  }

  /// Takes up to `limit` writes; if there are none, the committer becomes idle.
  func next(limit: Int) -> [GroupedWrite] {
    state.withLock { state in
      let group = Array(state.waiting.prefix(limit))
      state.waiting.removeFirst(group.count)
      if group.isEmpty { state.isScheduled = false }
      return group
    }
  }

  /// Takes up to `limit` writes that arrived while a group was running.
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
  /// Runs groups on the committer's thread until no writes wait.
  func commitGroups() {
    while true {
      let group = committer.next(limit: configuration.groupLimit)
      if group.isEmpty { return }
      let count = commit(group)
      if count > 1 { committer.waitForWrites(min(count / 2, configuration.groupLimit)) }
    }
  }

  /// Commits a group, and returns the number of its writes.
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
      // The whole group was rolled back. Failing a write that has already ended has no effect.
      for write in finished { write.fail(error) }
      for write in first { write.fail(error) }
    }
    return finished.count
  }

  /// Runs the writes of a group, and those that arrive in the meantime, within its limits.
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
          // After some errors, such as a full disk, SQLite rolls back the whole transaction.
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
    // Invalidates the handles of the previous write.
    writer.generation += 1
    writer.context = TransactionContext(
      now: clock.now(), principal: write.principal ?? .system, reason: write.reason)
    writer.setCancellation(write.cancellation)
    defer { writer.setCancellation(nil) }
    try insideWrite {
      try WriteTransaction(writer).savepoint { transaction in
        try write.perform(transaction)
        try writer.runAtCommit()
      }
    }
  }
}
