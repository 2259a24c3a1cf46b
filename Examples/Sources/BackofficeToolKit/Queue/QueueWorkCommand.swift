package import ArgumentParser
import Backoffice
import Dispatch
import ExampleSupport
import Foundation
import Synchronization

/// Runs a command for each item.
package struct QueueWorkCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "work",
    abstract: "Runs a command for each item: payload on standard input, exit status as result.",
    discussion: """
      Standard output of the command becomes the result: as it is if it is JSON, otherwise as a \
      string. Standard error becomes the message of a failure. The environment contains \
      BACKOFFICE_ITEM, BACKOFFICE_KIND, BACKOFFICE_QUEUE and BACKOFFICE_ATTEMPT.

      Exit status of the command: 0 for success; 65 for a permanent failure; 75 to postpone the \
      item without charging an attempt; any other for a retry.

      The lease is extended while the command runs. SIGTERM and SIGINT stop the worker: running \
      commands may finish within the grace period. After it, and at once after a second signal, \
      they get SIGTERM, and SIGKILL 5 seconds later; a third signal kills them immediately. An \
      item is handed back when its command has ended.

      A command runs in a process group of its own, with all processes that it starts. Those that \
      it leaves behind are killed when it ends, and all are killed if the worker is. The worker \
      also stops when the reader of its output has gone.

      Examples:
        backoffice queue work --database office.sqlite -- ./handle
        backoffice queue work --kind mail --concurrency 4 --database office.sqlite -- ./send
        backoffice queue work --until-empty --database office.sqlite -- sh -c 'jq .to'
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Option(
    name: .customLong("kind"), help: "A kind of items to work on; all by default.",
    transform: Arguments.name)
  var kinds: [String] = []
  @Option(
    help: "The maximum number of concurrent commands.", transform: Arguments.number(1...256))
  var concurrency = 1
  @Option(help: "The name of the worker in the attempts.", transform: Arguments.name)
  var name = "backoffice-\(ProcessInfo.processInfo.processIdentifier)"
  @Option(
    help: "The time in seconds in which running commands may finish after SIGTERM.",
    transform: Arguments.number(0...86_400))
  var grace = 15
  @Flag(help: "Exit when no item is due or running.")
  var untilEmpty = false
  @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
  var command: [String] = []

  package init() {}

  package func validate() throws {
    guard let program = command.first, !program.isEmpty else {
      throw ValidationError("give a command after --, such as: queue work -- ./handle")
    }
  }

  package func run() async throws {
    let store = try database.openExisting()
    defer { store.close() }
    let command = ItemCommand(command)
    var handlers = JobHandlers()
    if kinds.isEmpty {
      handlers.onOtherKinds { try await command.run($0) }
    } else {
      for kind in kinds { handlers.on(kind: kind) { try await command.run($0) } }
    }
    var configuration = Worker.Configuration(name: name)
    configuration.queues = [queue.queue]
    configuration.concurrency = concurrency
    configuration.gracePeriod = .seconds(grace)
    // Until the commands have ended.
    configuration.cancellationGrace = .seconds(ItemCommand.patience + 2)
    let stopping = Stopping()
    configuration.onEvent = { event in
      switch event {
      case .ended(let item, let kind, let outcome): Output.line("\(item) \(kind) \(outcome.word)")
      case .transactionFailed(let reason, _): Output.note(reason)
      case .upkeepFailed(let name, let reason): Output.note("\(name): \(reason)")
      default: break
      }
      if Output.failure != nil { stopping.stop() }
    }
    let worker = try Worker(store, configuration: configuration, handlers: handlers)
    stopping.onStop { worker.shutdown() }
    let run = Task { try await worker.run() }
    let signals = StopSignals { count in
      switch count {
      case 1: worker.shutdown()
      case 2: run.cancel()
      // The commands go with the process.
      default: _exit(130)
      }
    }
    defer { signals.cancel() }
    let watch = untilEmpty ? Task { try await stopWhenEmpty(worker, store) } : nil
    defer { watch?.cancel() }
    try await withTaskCancellationHandler {
      try await run.value
    } onCancel: {
      run.cancel()
    }
  }

  private func stopWhenEmpty(_ worker: Worker, _ store: BackofficeStore) async throws {
    while true {
      try await Task.sleep(for: .milliseconds(100))
      if try !hasWork(store) { return worker.shutdown() }
    }
  }

  /// Whether an item is due or running, of the kinds that this worker takes.
  private func hasWork(_ store: BackofficeStore) throws -> Bool {
    guard !kinds.isEmpty else {
      let standing = try store.queues.statistics(queue.queue)
      return standing.ready > 0 || standing.running > 0
    }
    let now = StoreClock.system.now()
    return try store.read { transaction in
      try kinds.contains { kind in
        try transaction.fetchOne(
          sql: """
            SELECT EXISTS (SELECT 1 FROM queue_items WHERE queue = ?1 AND kind = ?2
              AND (status = 'running'
                OR (status = 'pending' OR status = 'retrying') AND due_at <= ?3))
            """, queue.queue, kind, now
        ) { try $0.value(at: 0, as: Bool.self) } ?? false
      }
    }
  }
}

/// Calls a function once.
private final class Stopping: Sendable {
  private let action = Mutex<(@Sendable () -> Void)?>(nil)
  private let isWished = Mutex(false)

  func onStop(_ action: @escaping @Sendable () -> Void) {
    self.action.withLock { $0 = action }
    if isWished.withLock({ $0 }) { stop() }
  }

  func stop() {
    isWished.withLock { $0 = true }
    let action = action.withLock { action in
      defer { action = nil }
      return action
    }
    action?()
  }
}

/// Calls a function with their number when the process receives termination signals.
final class StopSignals {
  private let sources: [any DispatchSourceSignal]

  init(_ stop: @escaping @Sendable (Int) -> Void) {
    // A command may end before it has read its payload.
    signal(SIGPIPE, SIG_IGN)
    let queue = DispatchQueue(label: "backoffice.signals")
    let received = Received()
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler(handler: DispatchWorkItem { stop(received.next()) })
      source.activate()
      return source
    }
  }

  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
  }
}

/// The number of signals that came.
private final class Received: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}

extension JobOutcome {
  /// A word for a line of output.
  var word: String {
    switch self {
    case .completed: "completed"
    case .retrying(let moment): "failed, again at \(moment)"
    case .failed: "failed"
    case .cancelled: "cancelled"
    case .snoozed: "put off"
    case .handedBack: "handed back"
    case .parked: "waits for a person"
    case .leaseLost: "lost"
    case .refused(let reason): "refused: \(reason)"
    }
  }
}
