/// The upkeep of a store: its periodic tasks.
///
/// Workers run it between items. A program without workers calls ``run(_:)`` every few seconds, or
/// runs `backoffice maintain` from a system timer.
public struct Upkeep: Sendable {
  let store: BackofficeStore
  var tasks: [UpkeepTask] { store.packs.upkeep }

  /// Selects the tasks of a run.
  public enum Selection: Sendable, Hashable {
    /// The tasks that are due.
    case due
    /// All tasks, due or not.
    case all
    /// The tasks with these names, due or not.
    case named([String])
  }
}

/// The errors of upkeep.
public enum UpkeepError: Error, Sendable, Hashable {
  /// No pack of the store has a task with the name.
  case unknownTask(String, known: [String])
}

extension UpkeepError: CustomStringConvertible {
  /// One line: the unknown name, and the known ones.
  public var description: String {
    switch self {
    case .unknownTask(let name, let known):
      "the store has no upkeep task \(name); its tasks are " + known.joined(separator: ", ")
    }
  }
}

extension BackofficeStore {
  /// The upkeep of the store.
  public var upkeep: Upkeep { Upkeep(store: self) }
}

extension Upkeep {
  private static let all = SQLStatement(
    """
    SELECT name, due_at, last_started_at, last_finished_at, last_count, last_error, run_count,
      failure_count
    FROM store_upkeep
    """)

  /// Lists the tasks of the store with their last runs, in the order in which they run.
  ///
  /// A frequent task that finds no work records that only once a minute.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func list() throws -> [UpkeepState] {
    try store.read { transaction in
      let now = transaction.now
      var found: [String: UpkeepState] = [:]
      let tasks = Dictionary(uniqueKeysWithValues: tasks.map { ($0.name, $0) })
      try transaction.forEach(Self.all) { row in
        let name: String = try row.value(at: 0)
        guard let task = tasks[name] else { return true }
        found[name] = UpkeepState(
          name: name, summary: task.summary, interval: task.interval,
          dueAt: try row.value(at: 1), lastStartedAt: try row.value(at: 2),
          lastFinishedAt: try row.value(at: 3), lastCount: try row.value(at: 4),
          lastError: try row.value(at: 5), runCount: try row.value(at: 6),
          failureCount: try row.value(at: 7))
        return true
      }
      return self.tasks.map { task in
        found[task.name]
          ?? UpkeepState(
            name: task.name, summary: task.summary, interval: task.interval, dueAt: now,
            lastStartedAt: nil, lastFinishedAt: nil, lastCount: 0, lastError: nil, runCount: 0,
            failureCount: 0)
      }
    }
  }

  /// Runs upkeep tasks, each in one or more transactions.
  ///
  /// A failed task is reported and does not affect the others; it is due again after its interval.
  ///
  /// - Parameter selection: the tasks to run; the due tasks by default.
  /// - Throws: ``UpkeepError/unknownTask(_:known:)``, and errors of the storage.
  @discardableResult
  public func run(_ selection: Selection = .due) throws -> UpkeepReport {
    var names: Set<String>?
    if case .named(let list) = selection {
      let known = tasks.map(\.name)
      for name in list where !known.contains(name) {
        throw UpkeepError.unknownTask(name, known: known)
      }
      names = Set(list)
    }
    let states = try list()
    let now = store.database.configuration.clock.now()
    var report = UpkeepReport()
    for (task, state) in zip(tasks, states) {
      let isMeant = selection == .all || task.isDue(state.dueAt, at: now)
      guard names?.contains(task.name) ?? isMeant else { continue }
      try run(task, state, onlyWhenDue: selection == .due, into: &report)
    }
    return report
  }

  /// The maximum number of pages of a run, a guard against a task that never ends.
  private static let mostPages = 10_000

  private func run(
    _ task: UpkeepTask, _ state: UpkeepState, onlyWhenDue: Bool, into report: inout UpkeepReport
  ) throws {
    var run = UpkeepRun(task: task, state: state, onlyWhenDue: onlyWhenDue)
    for _ in 0..<Self.mostPages {
      guard try run.page(of: store) else { break }
    }
    if run.hasBegun {
      report.counts[task.name] = run.count
      report.failures[task.name] = run.failure
      report.nextAt = [report.nextAt, run.nextAt].compactMap(\.self).min()
    }
  }
}

/// One run of a task.
struct UpkeepRun {
  let task: UpkeepTask
  let state: UpkeepState
  let onlyWhenDue: Bool
  private(set) var count = 0
  private(set) var failure: String?
  private(set) var nextAt: Timestamp?
  /// Whether the task was due and no other process had run it.
  private(set) var hasBegun = false
  /// Whether the last page was left, because something more urgent was due first.
  private(set) var isPostponed = false
  private var startedAt: Timestamp?
  private var cursor: PageCursor?

  init(task: UpkeepTask, state: UpkeepState, onlyWhenDue: Bool) {
    self.task = task
    self.state = state
    self.onlyWhenDue = onlyWhenDue
  }

  private static let due = SQLStatement("SELECT due_at FROM store_upkeep WHERE name = ?")

  private static let note = SQLStatement(
    """
    INSERT INTO store_upkeep (name, due_at, last_started_at, last_finished_at, last_count,
      last_error, run_count, failure_count)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)
    ON CONFLICT (name) DO UPDATE SET due_at = ?2, last_started_at = ?3, last_finished_at = ?4,
      last_count = ?5, last_error = ?6, run_count = run_count + 1,
      failure_count = iif(?7, failure_count + 1, 0)
    """)

  /// Runs a page of the task, and returns whether work remains.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - end: a page whose transaction begins at this time or later does nothing. The time of the
  ///     transaction decides, because the process may be stopped before it.
  /// - Throws: what the storage itself throws.
  mutating func page(
    of store: BackofficeStore, before end: Timestamp = .distantFuture
  ) throws -> Bool {
    var page = UpkeepPage()
    page.cursor = cursor
    var begins = hasBegun
    do {
      try store.write(reason: task.name) { transaction in
        isPostponed = transaction.now >= end
        if isPostponed { return }
        if !begins, onlyWhenDue {
          let dueAt: Timestamp? = try transaction.fetchOne(Self.due, task.name) {
            try $0.value(at: 0)
          }
          if let dueAt, !task.isDue(dueAt, at: transaction.now) { return }
        }
        begins = true
        startedAt = startedAt ?? transaction.now
        try task.perform(transaction, &page)
        count += page.count
        if !page.isMoreLeft { try finish(page, nil, transaction) }
      }
    } catch {
      if error.isTransient || error.isClosedStore { throw error }
      failure = "\(error)"
      try store.write(reason: task.name) { transaction in
        startedAt = startedAt ?? transaction.now
        try finish(page, "\(error)", transaction)
      }
      page.isMoreLeft = false
    }
    hasBegun = begins
    if isPostponed { return false }
    cursor = page.cursor
    nextAt = page.nextAt
    return begins && page.isMoreLeft
  }

  /// The minimum time between records of runs that found no work.
  private static let silence = Duration.seconds(60)

  private func finish(
    _ page: UpkeepPage, _ error: String?, _ transaction: borrowing WriteTransaction
  ) throws {
    let now = transaction.now
    let words = error ?? page.refusals.first
    // Idle workers would otherwise write every few seconds.
    if count == 0, words == nil, state.lastError == nil, task.interval < Self.silence,
      let last = state.lastFinishedAt, last <= now,
      now - last < Self.silence
    {
      return
    }
    let dueAt = min(now + task.interval, page.nextAt.map { max($0, now) } ?? .distantFuture)
    try transaction.execute(
      Self.note, task.name, dueAt, startedAt, now, count,
      words?.prefix(bytes: QueueError.longestMessage), error != nil)
  }
}
