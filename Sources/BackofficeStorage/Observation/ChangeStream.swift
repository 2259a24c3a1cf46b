import Synchronization

/// What one or several commits changed.
public struct CommittedChanges: Sendable, Hashable {
  /// The tables whose rows changed in this process.
  public var tables: Set<String>
  /// Whether another process committed too; which tables it changed is not known.
  public var isForeign: Bool

  /// Whether one of `tables` may have changed.
  public func concerns(_ tables: Set<String>) -> Bool {
    isForeign || !self.tables.isDisjoint(with: tables)
  }
}

/// The commits of a database as they happen, several at once when the reader is slow.
///
/// Nothing is lost and nothing piles up: what has not been read yet is one element.
public struct ChangeStream: AsyncSequence, Sendable {
  /// The changes since the last element.
  public typealias Element = CommittedChanges

  private let source: ChangeSource

  init(_ source: ChangeSource) { self.source = source }

  /// Begins to read; a stream has one reader.
  public func makeAsyncIterator() -> Iterator {
    Iterator(source: source, signals: source.signals.makeAsyncIterator())
  }

  /// Reads a stream.
  public struct Iterator: AsyncIteratorProtocol {
    let source: ChangeSource
    var signals: AsyncStream<Void>.Iterator

    /// The changes since the last call; waits while there are none, ends with the task.
    public mutating func next() async -> CommittedChanges? {
      while await signals.next() != nil {
        if let changes = source.take() { return changes }
      }
      return nil
    }
  }
}

/// Gathers changes until somebody reads them.
final class ChangeSource: Sendable {
  let signals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let pending = Mutex(CommittedChanges(tables: [], isForeign: false))
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

  func add(_ tables: Set<String>, isForeign: Bool = false) {
    pending.withLock { pending in
      pending.tables.formUnion(tables)
      pending.isForeign = pending.isForeign || isForeign
    }
    continuation.yield()
  }

  func take() -> CommittedChanges? {
    pending.withLock { pending in
      guard pending.isForeign || !pending.tables.isEmpty else { return nil }
      defer { pending = CommittedChanges(tables: [], isForeign: false) }
      return pending
    }
  }
}

extension Database {
  /// The commits from now on, coalesced, delivered after the connection is free.
  ///
  /// - Parameter interval: how often to look for commits of other processes; nil never to look.
  ///   A look costs one PRAGMA on the writing connection, and is skipped while that one is busy.
  public func changes(lookingAbroadEvery interval: Duration? = .milliseconds(200)) -> ChangeStream {
    let source = ChangeSource()
    source.keep(observeCommits { [weak source] tables in source?.add(tables) })
    if let interval, writer != nil, pool != nil {
      source.keep(
        Task { [weak self, weak source] in
          var last: Int64?
          while !Task.isCancelled {
            guard let self, let source else { return }
            if let version = self.foreignVersion() {
              if let last, last != version { source.add([], isForeign: true) }
              last = version
            }
            try? await Task.sleep(for: interval)
          }
        })
    }
    return ChangeStream(source)
  }

  /// The result of `fetch` now, and again after every commit that may have changed it.
  ///
  /// - Parameters:
  ///   - tables: the tables that `fetch` reads.
  ///   - interval: as in ``changes(lookingAbroadEvery:)``.
  ///   - fetch: the query; runs off the cooperative pool.
  /// - Returns: the results; commits that come while one is read are answered by one result.
  public func values<Result: Sendable>(
    tracking tables: Set<String>, lookingAbroadEvery interval: Duration? = .milliseconds(200),
    _ fetch: @escaping @Sendable (borrowing ReadTransaction) throws -> Result
  ) -> AsyncThrowingStream<Result, any Error> {
    let changes = changes(lookingAbroadEvery: interval)
    return AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        do {
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

  /// A number that changes when another process commits, or nil while the writer is busy.
  package func foreignVersion() -> Int64? {
    guard let writer, gate.tryEnter() else { return nil }
    defer { gate.leave() }
    return try? writer.pragmaText("data_version").flatMap { Int64($0) }
  }
}
