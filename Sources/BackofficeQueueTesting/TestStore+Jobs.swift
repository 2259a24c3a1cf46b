/// The options of a drain.
public struct DrainOptions: Sendable {
  /// The queues to claim from; nil for all that have items.
  public var queues: [String]?
  /// The maximum number of attempts, a guard against items that enqueue others endlessly.
  public var limit = 1000
  /// Whether to advance the clock to the next due item, so that scheduled items and retries run.
  public var withScheduled = false
  /// Whether items that were enqueued during the drain run too.
  public var isRecursive = true

  /// Creates the default options.
  public init(
    queues: [String]? = nil, limit: Int = 1000, withScheduled: Bool = false,
    isRecursive: Bool = true
  ) {
    self.queues = queues
    self.limit = limit
    self.withScheduled = withScheduled
    self.isRecursive = isRecursive
  }
}

extension TestStore {
  /// Runs items one at a time with the handlers of a program, as its worker would, until none is
  /// due.
  ///
  /// Kinds without a handler are not claimed. Errors of handlers have the same effect as in a
  /// worker.
  ///
  /// - Parameters:
  ///   - handlers: the handlers of the items.
  ///   - options: the queues, the limit, and which items to include.
  /// - Returns: the attempts by outcome.
  /// - Throws: the errors of the queue.
  @discardableResult
  public func drain(
    _ handlers: JobHandlers, _ options: DrainOptions = DrainOptions()
  ) async throws -> DrainReport {
    let known = options.isRecursive ? nil : try unfinished(names(options))
    var held: [Lease] = []
    var report = DrainReport()
    while report.attempts < options.limit {
      let queues = try names(options)
      let claimed = try store.queue.claim(
        1, from: queues, kinds: handlers.kinds, worker: "drain"
      ).first
      guard let claimed else {
        guard options.withScheduled, let due = try nextDue(queues), due > clock.now else {
          break
        }
        clock.set(to: due)
        continue
      }
      if let known, !known.contains(claimed.item.id) {
        held.append(claimed.lease)
      } else {
        report.count(try await attempt(claimed, handlers).outcome)
      }
    }
    for lease in held { try store.queue.release(lease) }
    return report
  }

  /// Enqueues a job, runs its handler immediately, and returns the result.
  ///
  /// An error of the handler is recorded as by a worker and then thrown.
  ///
  /// - Throws: the errors of the queue and of the handler; `InlineError` when the item cannot be
  ///   claimed.
  @discardableResult
  public func run<J: Job>(_ job: J, with handlers: JobHandlers) async throws -> J.Result? {
    var item = try NewQueueItem(job)
    let queue = "inline \(J.kind)"
    item.queue = queue
    item.dueAt = clock.now
    let id = try store.queue.enqueue(item).id
    guard let claimed = try store.queue.claim(1, from: [queue], worker: "inline").first else {
      throw InlineError.notClaimable(id)
    }
    if let error = try await attempt(claimed, handlers).error { throw error }
    return try store.queue.find(id)?.result(of: J.self)
  }

  /// Advances the clock, and stops at each time at which an item or an upkeep task is due.
  ///
  /// At each stop the handlers run the due items and the upkeep of all packs runs, so that
  /// schedules, expired leases, deadlines and a program's own tasks take effect at their times.
  ///
  /// - Parameters:
  ///   - duration: the time to advance by.
  ///   - handlers: the handlers of the items.
  ///   - options: as for ``drain(_:_:)``; future items are always included.
  /// - Returns: the attempts by outcome.
  /// - Throws: the errors of the queue.
  @discardableResult
  public func travel(
    _ duration: Duration, with handlers: JobHandlers, _ options: DrainOptions = DrainOptions()
  ) async throws -> DrainReport {
    let end = clock.now + duration
    var options = options
    options.withScheduled = false
    var report = DrainReport()
    while true {
      let upkeepAt = try runUpkeep()
      let part = try await drain(handlers, options)
      options.limit -= part.attempts
      report += part
      let next = [try nextMoment(names(options)), upkeepAt].compactMap(\.self).min()
      guard let next, next <= end else { break }
      clock.set(to: next)
    }
    clock.set(to: end)
    try runUpkeep()
    report += try await drain(handlers, options)
    return report
  }

  /// The unfinished jobs of a kind, oldest first.
  ///
  /// ```swift
  /// #expect(try test.enqueued(SendInvoice.self).map(\.job.invoice) == [7])
  /// #expect(try test.hasEnqueued(SendInvoice.self) { $0.invoice == 7 })
  /// ```
  ///
  /// - Throws: `JobError` when an item does not decode, and `SQLiteError` when the database cannot
  ///   be read.
  public func enqueued<J: Job>(
    _ type: J.Type, where matches: (J) throws -> Bool = { _ in true }
  ) throws -> [JobItem<J>] {
    var found: [JobItem<J>] = []
    var cursor: PageCursor?
    let unfinished = Set(QueueItem.Status.allCases.filter { !$0.isFinished })
    repeat {
      let page = try store.queue.list(.kind(J.kind), statuses: unfinished, after: cursor)
      for item in page.elements {
        let job = try item.job(type)
        if try matches(job) { found.append(JobItem(job: job, item: item)) }
      }
      cursor = page.next
    } while cursor != nil
    return found.reversed()
  }

  /// Whether there is an unfinished job of a kind that satisfies a predicate.
  ///
  /// - Throws: as ``enqueued(_:where:)``.
  public func hasEnqueued<J: Job>(
    _ type: J.Type, where matches: (J) throws -> Bool = { _ in true }
  ) throws -> Bool {
    try !enqueued(type, where: matches).isEmpty
  }

  /// The queues of a drain: handlers may enqueue into further ones.
  private func names(_ options: DrainOptions) throws -> [String] {
    try options.queues ?? store.queues.names()
  }

  private func attempt(
    _ claimed: ClaimedItem, _ handlers: JobHandlers
  ) async throws -> (outcome: JobOutcome, error: (any Error)?) {
    let control = JobControl()
    let context = JobContext(claimed, store: store, control: control)
    var settlement: Settlement
    var thrown: (any Error)?
    do {
      settlement = .complete(try await handlers.perform(context))
    } catch {
      settlement = Settlement(thrown: error)
      thrown = error
    }
    if control.isSettled { return (.completed, nil) }
    let final = settlement
    let outcome = try store.write { transaction in
      if let progress = control.takeProgress() {
        _ = try? transaction.queue.progress(
          claimed.lease, percent: progress.percent, step: progress.step)
      }
      return try final.applyOrFail(to: claimed.lease, transaction)
    }
    return (outcome, thrown)
  }

  /// Runs the upkeep that a worker would have run by now, and returns when the next infrequent task
  /// is due.
  @discardableResult
  private func runUpkeep() throws -> Timestamp? {
    let now = clock.now
    let states = try store.upkeep.list()
    let isFrequent = { (state: UpkeepState) in state.interval <= .seconds(60) }
    let due = states.filter { isFrequent($0) || $0.dueAt <= now }.map(\.name)
    let report = try store.upkeep.run(.named(due))
    let later = try store.upkeep.list().filter { !isFrequent($0) }.map(\.dueAt)
    return (later + [report.nextAt].compactMap(\.self)).filter { $0 > now }.min()
  }
}

/// Why a job could not run immediately.
public enum InlineError: Error, Sendable, Hashable {
  /// Its item could not be claimed, such as because of its unique key or its batch.
  case notClaimable(ID<QueueItem>)
}
