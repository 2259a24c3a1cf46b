package import ArgumentParser
import Backoffice
import Dispatch
import ExampleSupport
import Foundation

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
      commands may finish within the grace period, and the other items are handed back.

      Examples:
        backoffice queue work --database office.sqlite -- ./handle
        backoffice queue work --kind mail --concurrency 4 --database office.sqlite -- ./send
        backoffice queue work --until-empty --database office.sqlite -- sh -c 'jq .to'
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Option(name: .customLong("kind"), help: "A kind of items to work on; all by default.")
  var kinds: [String] = []
  @Option(help: "The maximum number of concurrent commands.")
  var concurrency = 1
  @Option(help: "The name of the worker in the attempts.")
  var name = "backoffice-\(ProcessInfo.processInfo.processIdentifier)"
  @Option(help: "The time in seconds in which running commands may finish after SIGTERM.")
  var grace = 15
  @Flag(help: "Exit when no item is due or running.")
  var untilEmpty = false
  @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
  var command: [String] = []

  package init() {}

  package func validate() throws {
    guard !command.isEmpty else { throw ValidationError("give a command after --") }
    guard concurrency >= 1 else { throw ValidationError("--concurrency must be at least 1") }
    guard grace >= 0 else { throw ValidationError("--grace must not be negative") }
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
    configuration.onEvent = { event in
      switch event {
      case .ended(let item, let kind, let outcome): Output.line("\(item) \(kind) \(outcome.word)")
      case .transactionFailed(let reason, _): Output.note(reason)
      case .upkeepFailed(let name, let reason): Output.note("\(name): \(reason)")
      default: break
      }
    }
    let worker = try Worker(store, configuration: configuration, handlers: handlers)
    let signals = StopSignals { worker.shutdown() }
    defer { signals.cancel() }
    let watch = untilEmpty ? Task { try await stopWhenEmpty(worker, store) } : nil
    defer { watch?.cancel() }
    try await worker.run()
  }

  private func stopWhenEmpty(_ worker: Worker, _ store: BackofficeStore) async throws {
    while true {
      try await Task.sleep(for: .milliseconds(100))
      let standing = try store.queues.statistics(queue.queue)
      if standing.ready == 0, standing.running == 0 { return worker.shutdown() }
    }
  }
}

/// Calls a function when the process receives a termination signal.
final class StopSignals {
  private let sources: [any DispatchSourceSignal]

  init(_ stop: @escaping @Sendable () -> Void) {
    // A command may end before it has read its payload.
    signal(SIGPIPE, SIG_IGN)
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: DispatchWorkItem(block: stop))
      source.activate()
      return source
    }
  }

  func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
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
