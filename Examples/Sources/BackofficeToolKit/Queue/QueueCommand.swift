package import ArgumentParser
import Backoffice
import ExampleSupport

/// The commands of the queue.
package struct QueueCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Shows the queue, enqueues items, works on them, and controls it.",
    discussion: """
      Exit status: 0 for success, 1 for a failure or a refusal, 64 for an invalid command line.

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

/// The queue of a command.
package struct QueueOption: ParsableArguments {
  @Option(help: "The name of the queue.", transform: Arguments.name)
  package var queue = "default"

  package init() {}

  /// Checks that the queue has items or settings.
  ///
  /// - Throws: ``Unknown``.
  func require(in store: BackofficeStore) throws { try Self.require(queue, in: store) }

  static let names = """
    SELECT queue FROM queue_items UNION SELECT queue FROM queue_controls ORDER BY 1
    """

  static func require(_ queue: String?, in store: BackofficeStore) throws {
    guard let queue, queue != "default" else { return }
    let isKnown = try store.read { transaction in
      try transaction.fetchOne(
        sql: """
          SELECT EXISTS (SELECT 1 FROM queue_items WHERE queue = ?1)
            OR EXISTS (SELECT 1 FROM queue_controls WHERE queue = ?1)
          """, queue
      ) { try $0.value(at: 0, as: Bool.self) } ?? false
    }
    guard isKnown else { throw try Unknown("queue", queue, in: store, known: names) }
  }
}

/// Parses the id of an item.
func itemID(_ text: String) throws -> ID<QueueItem> {
  guard let id = ID<QueueItem>(text) else {
    throw ValidationError("'\(text)' is not the id of an item; `backoffice queue list` shows them")
  }
  return id
}

/// Calls a function for each item, and reports the refused ones.
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

/// Retries items.
package struct QueueRetryCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Retries items that failed or were cancelled, with all their attempts.",
    discussion: """
      Examples:
        backoffice queue retry 019a9f0c-… --database office.sqlite
        backoffice queue retry --failed --queue mail --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Flag(help: "Retry the items of the queue that failed for good, oldest first.")
  var failed = false
  @Option(help: "The most items of --failed.", transform: Arguments.number(1...10_000))
  var limit = 1000
  @Argument(help: "The items.")
  var items: [String] = []

  package init() {}

  package func validate() throws {
    guard failed != !items.isEmpty else {
      throw ValidationError("give either items or --failed")
    }
  }

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    guard failed else {
      return try forEach(items) { id in
        try store.queue.retry(id)
        return "is pending again"
      }
    }
    try queue.require(in: store)
    let retried = try store.queue.retryFailed(in: queue.queue, limit: limit)
    Output.lines(retried.map { "\($0) is pending again" })
    Output.note(
      "\(Human.count(retried.count, "item is", "items are")) pending again"
        + (retried.count == limit ? "; there may be more: run the command again" : ""))
  }
}

/// Cancels items.
package struct QueueCancelCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Cancels waiting items, and asks the workers of running items to stop.",
    discussion: """
      Example:
        backoffice queue cancel 019a9f0c-… --reason "sent by hand" --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @Option(help: "The reason.", transform: Arguments.reason)
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
      case .requested: "is running; its worker was asked to stop"
      }
    }
  }
}

/// Pauses a queue.
package struct QueuePauseCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Pauses a queue: no items are claimed; running items continue.",
    discussion: """
      Example:
        backoffice queue pause --queue mail --reason "server moves" --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Flag(help: "Pause a queue that has had no items yet.")
  var new = false
  @Option(help: "The reason.", transform: Arguments.reason)
  var reason: String?

  package init() {}

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    if !new { try queue.require(in: store) }
    try store.queues.pause(queue.queue, reason: reason)
    Output.line("\(queue.queue) is paused")
  }
}

/// Resumes a queue.
package struct QueueResumeCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Resumes a paused queue.",
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
    try queue.require(in: store)
    try store.queues.resume(queue.queue)
    Output.line("\(queue.queue) is resumed")
  }
}
