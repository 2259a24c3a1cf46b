package import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// Puts work into the queue.
package struct QueueEnqueueCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "enqueue",
    abstract: "Puts an item into the queue, and prints its id.",
    discussion: """
      Examples:
        backoffice queue enqueue mail --payload '{"to": "ada"}' --database office.sqlite
        jq -c . order.json | backoffice queue enqueue order --payload - --priority 1 \\
          --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @OptionGroup var queue: QueueOption
  @Argument(help: "What kind of work it is.")
  var kind: String
  @Option(help: "The work as JSON; - reads standard input.")
  var payload = "{}"
  @Option(help: "1, the highest, to 5.")
  var priority = 3
  @Option(help: "In how many seconds it may be claimed.")
  var delay = 0
  @Option(help: "At most one unfinished item of the kind has this key.")
  var uniqueKey: String?
  @Option(help: "A word to find it by; may be given several times.")
  var tag: [String] = []
  @Option(help: "How many attempts it has.")
  var maxAttempts: Int?
  @Option(help: "How many seconds one attempt may take.")
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
      if !result.isNew { Output.note("an unfinished item has the key already") }
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
      throw ValidationError("the payload is no JSON: \(error)")
    }
  }
}
