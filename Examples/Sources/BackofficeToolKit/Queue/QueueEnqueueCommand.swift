package import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// Enqueues an item.
package struct QueueEnqueueCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "enqueue",
    abstract: "Enqueues an item and prints its id.",
    discussion: """
      Examples:
        backoffice queue enqueue mail --payload '{"to": "ada"}' --database office.sqlite
        jq -c . order.json | backoffice queue enqueue order --payload - --priority 1 \\
          --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @OptionGroup var queue: QueueOption
  @Argument(help: "The kind of the item.")
  var kind: String
  @Option(help: "The payload as JSON; - reads standard input.")
  var payload = "{}"
  @Option(help: "The priority, from 1 (highest) to 5.")
  var priority = 3
  @Option(help: "The delay in seconds before it can be claimed.")
  var delay = 0
  @Option(help: "A unique key: at most one unfinished item of the kind has it.")
  var uniqueKey: String?
  @Option(help: "A tag; may be repeated.")
  var tag: [String] = []
  @Option(help: "The maximum number of attempts.")
  var maxAttempts: Int?
  @Option(help: "The time limit of an attempt in seconds.")
  var runLimit: Int?

  package init() {}

  package func run() throws {
    let store = try database.openOrMake()
    defer { store.close() }
    var item = NewQueueItem(kind: kind, payload: try document())
    item.queue = queue.queue
    item.priority = priority
    item.uniqueKey = uniqueKey
    item.tags = tag
    item.maxAttempts = maxAttempts
    item.runLimitSeconds = runLimit
    if delay > 0 { item.dueAt = StoreClock.system.now() + .seconds(delay) }
    let result = try store.queue.enqueue(item)
    if format.json {
      try Output.json(["id": "\(result.id)", "new": result.isNew ? "yes" : "no"])
    } else {
      Output.line("\(result.id)")
      if !result.isNew { Output.note("an unfinished item already has the key") }
    }
  }

  private func document() throws -> JSONText {
    let text =
      payload == "-"
      ? String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
      : payload
    do {
      return try JSONText(text)
    } catch {
      throw ValidationError("the payload is not valid JSON: \(error)")
    }
  }
}
