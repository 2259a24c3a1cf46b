import Dispatch
import Synchronization

/// Works items of the queue by asynchronous handlers.
///
/// ```swift
/// let worker = try Worker(store, configuration: .init(name: "web-1"), handlers: handlers)
/// try await worker.run()
/// ```
///
/// It has the shape of a `Service` of swift-service-lifecycle. With that package in a program, one
/// line is the body of the service, as the example program `worker-service` shows:
/// `try await withGracefulShutdownHandler { try await worker.run() } onGracefulShutdown: {
/// worker.shutdown() }`.
///
/// Everything of one turn is one transaction on a thread of the worker's own: ends of attempts,
/// progress, heartbeats, and new claims. So handlers that block every thread of Swift's pool stop
/// neither heartbeats nor run limits, and a worker that cannot extend its leases cannot claim.
///
/// Work is done at least once: a handler receives an item again when the process died before its end
/// was written.
public final class Worker: Sendable {
  /// The settings.
  public let configuration: Configuration
  let store: BackofficeStore
  let handlers: JobHandlers
  let queue = DispatchQueue(label: "backoffice.worker")
  let state = Mutex(WorkerState())
  let watch = Mutex(Watch())
  let kinds: [String]?
  let limits: [String: Int]

  /// Sets a worker up; ``run()`` lets it begin.
  ///
  /// - Parameters:
  ///   - store: where the work is.
  ///   - configuration: the settings.
  ///   - handlers: what does the work.
  /// - Throws: ``WorkerError/invalid(field:reason:)``.
  public init(
    _ store: BackofficeStore, configuration: Configuration = Configuration(),
    handlers: JobHandlers
  ) throws(WorkerError) {
    try configuration.validate()
    self.configuration = configuration
    self.store = store.acting(as: Principal(kind: .worker, id: configuration.name))
    self.handlers = handlers
    kinds = handlers.kinds
    limits = handlers.limits
  }

  /// Works until ``shutdown()``, or until the task is cancelled.
  ///
  /// A cancelled task cancels the handlers at once; ``shutdown()`` lets them go on for the grace
  /// period. Either way, what has not ended is handed back and not charged.
  ///
  /// - Throws: ``WorkerError/alreadyRan(worker:)``, and `StorageError.closed` when the store was
  ///   closed meanwhile. A failing disk or a busy file ends nothing.
  public func run() async throws {
    try start()
    await withTaskCancellationHandler {
      await over()
    } onCancel: {
      stop(grace: .zero)
    }
    if let error = state.withLock({ $0.finalError }) { throw error }
  }

  /// Ends the work: no further claim, a grace period for what runs, then a hand-back.
  ///
  /// Returns at once; ``run()`` returns when it is over. A call before ``run()`` makes that return
  /// at once, and a further call does nothing.
  public func shutdown() { stop(grace: configuration.gracePeriod) }

  /// What the worker does now and did so far.
  public var metrics: WorkerMetrics { state.withLock { $0.currentMetrics } }

  var clock: StoreClock { store.database.configuration.clock }

  func tell(_ event: @autoclosure () -> WorkerEvent) {
    guard let onEvent = configuration.onEvent else { return }
    onEvent(event())
  }

  private func start() throws(WorkerError) {
    let now = clock.now()
    let (isFirst, isStopped) = state.withLock { state in
      guard case .ready = state.phase else { return (false, false) }
      guard !state.stopRequested else {
        state.phase = .stopped
        return (true, true)
      }
      state.phase = .running
      state.pollAt = now + configuration.pollInterval
      state.upkeepAt = configuration.runsUpkeep ? now : .distantFuture
      return (true, false)
    }
    guard isFirst else { throw .alreadyRan(worker: configuration.name) }
    guard !isStopped else { return }
    tell(.started)
    startWatching()
    wake()
  }

  /// Waits until it is over.
  private func over() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isOver = state.withLock { state in
        if case .stopped = state.phase { return true }
        state.continuation = continuation
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  private func stop(grace: Duration) {
    let now = clock.now()
    state.withLock { state in
      switch state.phase {
      case .ready: state.stopRequested = true
      case .running: state.phase = .draining(until: now + grace)
      case .draining(let end): state.phase = .draining(until: min(end, now + grace))
      case .cancelling, .stopped: break
      }
    }
    wake()
  }
}
