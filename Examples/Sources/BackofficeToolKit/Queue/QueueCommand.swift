package import ArgumentParser
import Backoffice
import ExampleSupport

/// The durable queue from a shell.
package struct QueueCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Looks at the queue, puts work into it, does it, and steers it.",
    discussion: """
      Exit status: 0 when all is well, 1 when something failed or was refused, 64 for a command \
      line that makes no sense.

      Examples:
        backoffice queue enqueue mail --payload '{"to": "ada"}' --database office.sqlite
        backoffice queue work --concurrency 4 --database office.sqlite -- ./send-mail
        backoffice queue stats --json --database office.sqlite
        backoffice queue list --status failed --database office.sqlite
        backoffice queue retry --failed --database office.sqlite
        backoffice queue watch --database office.sqlite
      """,
    subcommands: [
      QueueStatsCommand.self, QueueListCommand.self, QueueShowCommand.self,
      QueueEnqueueCommand.self, QueueWorkCommand.self, QueueRetryCommand.self,
      QueueCancelCommand.self, QueuePauseCommand.self, QueueResumeCommand.self,
      QueueDrainCommand.self, QueueWatchCommand.self,
    ])

  package init() {}
}

/// Which queue a command is about.
package struct QueueOption: ParsableArguments {
  @Option(help: "The name of the queue.")
  package var queue = "default"

  package init() {}
}

/// Reads the id of an item as the command line has it.
func itemID(_ text: String) throws -> ID<QueueItem> {
  guard let id = ID<QueueItem>(text) else {
    throw ValidationError("'\(text)' is no id of an item; `backoffice queue list` shows them")
  }
  return id
}

/// Does something for each of several items, and says which ones refused.
func forEach(_ items: [String], _ body: (ID<QueueItem>) throws -> String) throws {
  let ids = try items.map(itemID)
  var refused = 0
  for id in ids {
    do {
      Output.line("\(id) \(try body(id))")
    } catch let error as QueueError {
      refused += 1
      Output.note("\(error)")
    }
  }
  if refused > 0 { throw ExitCode.failure }
}

/// Tries items again.
package struct QueueRetryCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Tries items again that failed or were cancelled, with all their attempts.",
    discussion: """
      Examples:
        backoffice queue retry 019a9f0c-… --database office.sqlite
        backoffice queue retry --failed --queue mail --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Flag(help: "The items of the queue that failed for good, oldest first.")
  var failed = false
  @Option(help: "The most items of --failed.")
  var limit = 1000
  @Argument(help: "The items.")
  var items: [String] = []

  package init() {}

  package func validate() throws {
    guard failed != !items.isEmpty else {
      throw ValidationError("name items, or give --failed, and not both")
    }
  }

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    guard failed else {
      return try forEach(items) { id in
        try store.queue.retry(id)
        return "waits again"
      }
    }
    let retried = try store.queue.retryFailed(in: queue.queue, limit: limit)
    Output.lines(retried.map { "\($0) waits again" })
    Output.note("\(retried.count) items wait again")
  }
}

/// Cancels items.
package struct QueueCancelCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Cancels items that wait, and asks the workers of running ones to stop.",
    discussion: """
      Example:
        backoffice queue cancel 019a9f0c-… --reason "sent by hand" --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @Option(help: "Why.")
  var reason: String?
  @Argument(help: "The items.")
  var items: [String]

  package init() {}

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    try forEach(items) { id in
      switch try store.queue.cancel(id, reason: reason) {
      case .cancelled: "is cancelled"
      case .requested: "runs; its worker was asked to stop"
      }
    }
  }
}

/// Stops handing out items.
package struct QueuePauseCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Stops handing out items of a queue; those that run go on.",
    discussion: """
      Example:
        backoffice queue pause --queue mail --reason "server moves" --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Option(help: "Why.")
  var reason: String?

  package init() {}

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    try store.queues.pause(queue.queue, reason: reason)
    Output.line("\(queue.queue) is paused")
  }
}

/// Hands out items again.
package struct QueueResumeCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Hands out items of a queue again.",
    discussion: """
      Example:
        backoffice queue resume --queue mail --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption

  package init() {}

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    try store.queues.resume(queue.queue)
    Output.line("\(queue.queue) is handed out")
  }
}
