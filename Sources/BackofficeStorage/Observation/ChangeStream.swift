import Synchronization

/// The changes of one or more commits.
public struct CommittedChanges: Sendable, Hashable {
  /// The tables whose rows this process changed.
  public var tables: Set<String>
  /// Whether another process also committed; the tables that it changed are not known.
  public var includesOtherProcesses: Bool

  /// Returns whether one of `tables` may have changed.
  public func concerns(_ tables: Set<String>) -> Bool {
    includesOtherProcesses || !self.tables.isDisjoint(with: tables)
  }
}

/// An asynchronous sequence of the commits of a database.
///
/// Commits that have not been read yet are merged into one element, so a slow reader loses nothing
/// and nothing accumulates.
public struct ChangeStream: AsyncSequence, Sendable {
  /// The changes since the previous element.
  public typealias Element = CommittedChanges

  private let source: ChangeSource

  init(_ source: ChangeSource) { self.source = source }

  /// Creates the iterator; a stream supports one iterator.
  public func makeAsyncIterator() -> Iterator {
    Iterator(source: source, signals: source.signals.makeAsyncIterator())
  }

  /// The iterator of a stream.
  public struct Iterator: AsyncIteratorProtocol {
    let source: ChangeSource
    var signals: AsyncStream<Void>.Iterator

    /// Waits for changes and returns them; returns nil when the task is cancelled.
    public mutating func next() async -> CommittedChanges? {
      while await signals.next() != nil {
        if let changes = source.take() { return changes }
      }
      return nil
    }
  }
}

/// Collects changes until they are read.
final class ChangeSource: Sendable {
  let signals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let pending = Mutex(CommittedChanges(tables: [], includesOtherProcesses: false))
  private let observation = Mutex<CommitObservation?>(nil)
  private let polling = Mutex<Task<Void, Never>?>(nil)

  init() {
    (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  deinit { polling.withLock { $0?.cancel() } }

  func keep(_ observation: CommitObservation) {
    self.observation.withLock { $0 = observation }
  }

  func keep(_ task: Task<Void, Never>) { polling.withLock { $0 = task } }

  func add(_ tables: Set<String>, includesOtherProcesses: Bool = false) {
    pending.withLock { pending in
      pending.tables.formUnion(tables)
      pending.includesOtherProcesses = pending.includesOtherProcesses || includesOtherProcesses
    }
    continuation.yield()
  }

  func take() -> CommittedChanges? {
    pending.withLock { pending in
      guard pending.includesOtherProcesses || !pending.tables.isEmpty else { return nil }
      defer { pending = CommittedChanges(tables: [], includesOtherProcesses: false) }
      return pending
    }
  }
}

extension Database {
  /// Returns a stream of the commits from now on.
  ///
  /// - Parameter interval: the interval at which to poll for commits of other processes; nil to
  ///   disable polling. Each poll runs one PRAGMA on the writing connection, and is skipped while
  ///   that connection is busy.
  public func changes(otherProcessPollInterval interval: Duration? = .milliseconds(200))
    -> ChangeStream
  {
    let source = ChangeSource()
    source.keep(observeCommits { [weak source] tables in source?.add(tables) })
    if let interval, writer != nil, pool != nil {
      source.keep(
        Task { [weak self, weak source] in
          var last: Int64?
          while !Task.isCancelled {
            guard let self, let source else { return }
            if let version = self.foreignVersion() {
              if let last, last != version { source.add([], includesOtherProcesses: true) }
              last = version
            }
            try? await Task.sleep(for: interval)
          }
        })
    }
    return ChangeStream(source)
  }

  /// Returns a stream of the results of `fetch`: one now, and one after each commit that may have
  /// changed it.
  ///
  /// - Parameters:
  ///   - tables: the tables that `fetch` reads.
  ///   - interval: the interval at which to poll for commits of other processes; nil to disable
  ///     polling.
  ///   - fetch: the query; it does not run on the cooperative thread pool.
  /// - Returns: the results; commits during a fetch cause one further result. The stream throws
  ///   ``StorageError/noSuchTable(_:)`` first if a table does not exist, which could never change.
  public func values<Result: Sendable>(
    tracking tables: Set<String>, otherProcessPollInterval interval: Duration? = .milliseconds(200),
    _ fetch: @escaping @Sendable (borrowing ReadTransaction) throws -> Result
  ) -> AsyncThrowingStream<Result, any Error> {
    let changes = changes(otherProcessPollInterval: interval)
    return AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        do {
          try await self.async.read { transaction in
            for table in tables.sorted() where try !transaction.hasTable(table) {
              throw StorageError.noSuchTable(table)
            }
          }
          continuation.yield(try await self.async.read(fetch))
          for await change in changes where change.concerns(tables) {
            continuation.yield(try await self.async.read(fetch))
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// A number that changes when another process commits; nil while the writer is busy.
  package func foreignVersion() -> Int64? {
    guard let writer, gate.tryEnter() else { return nil }
    defer { gate.leave() }
    return try? writer.pragmaText("data_version").flatMap { Int64($0) }
  }
}

extension ReadTransaction {
  /// Whether a table, and not a view, has exactly this name, as commits report it.
  fileprivate func hasTable(_ name: String) throws -> Bool {
    try fetchOne(
      sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", name
    ) { _ in true } ?? false
  }
}
