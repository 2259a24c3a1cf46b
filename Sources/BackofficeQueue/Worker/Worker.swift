import Dispatch
import Synchronization

/// Runs items of the queue with asynchronous handlers.
///
/// ```swift
/// let worker = try Worker(store, configuration: .init(name: "web-1"), handlers: handlers)
/// try await worker.run()
/// ```
///
/// It fits the `Service` protocol of swift-service-lifecycle. In a program with that package, the
/// body of the service is one line, as the example program `worker-service` shows: `try await
/// withGracefulShutdownHandler { try await worker.run() } onGracefulShutdown: { worker.shutdown()
/// }`.
///
/// The worker has its own thread, which writes the ends of attempts, progress, heartbeats and new
/// claims in one transaction per turn. Handlers that block all threads of Swift's pool therefore
/// affect neither heartbeats nor run limits, and a worker that cannot extend its leases cannot
/// claim.
///
/// Items run at least once: a handler receives an item again if the process crashed before the end
/// of the attempt was written.
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

  /// Creates a worker; ``run()`` starts it.
  ///
  /// - Parameters:
  ///   - store: the store with the queue.
  ///   - configuration: the settings.
  ///   - handlers: the handlers of the items.
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

  /// Runs items until ``shutdown()`` is called or the task is cancelled.
  ///
  /// Cancelling the task cancels the handlers immediately; ``shutdown()`` lets them run for the
  /// grace period. In both cases, unfinished items are returned to the queue without being charged.
  ///
  /// - Throws: ``WorkerError/alreadyRan(worker:)``, and `StorageError.closed` when the store was
  ///   closed. Disk errors and a busy file do not end it.
  public func run() async throws {
    try start()
    await withTaskCancellationHandler {
      await over()
    } onCancel: {
      stop(grace: .zero)
    }
    if let error = state.withLock({ $0.finalError }) { throw error }
  }

  /// Stops the worker: it claims no more items, waits for running handlers for the grace period,
  /// and returns the rest to the queue.
  ///
  /// The call returns immediately; ``run()`` returns when the worker has stopped. After a call
  /// before ``run()``, that returns immediately. Further calls do nothing.
  public func shutdown() { stop(grace: configuration.gracePeriod) }

  /// The current state and the counters of the worker.
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

  /// Waits until the worker has stopped.
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
