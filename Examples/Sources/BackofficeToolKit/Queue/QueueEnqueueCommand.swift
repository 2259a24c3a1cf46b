package import ArgumentParser
import Backoffice
import ExampleSupport

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

  @OptionGroup var database: NewDatabaseOption
  @OptionGroup var format: FormatOption
  @OptionGroup var queue: QueueOption
  @Argument(help: "The kind of the item.", transform: Arguments.name)
  var kind: String
  @Option(help: "The payload as JSON; - reads standard input.")
  var payload = "{}"
  @Option(
    help: "The priority, from 1 (highest) to 5.", transform: Arguments.number(1...5))
  var priority = 3
  @Option(
    help: "The delay in seconds before it can be claimed.",
    transform: Arguments.number(0...Arguments.longestTime))
  var delay = 0
  @Option(
    help: "A unique key: at most one unfinished item of the kind has it.",
    transform: Arguments.name)
  var uniqueKey: String?
  @Option(help: "A tag; may be repeated, at most 100 times.", transform: Arguments.name)
  var tag: [String] = []
  @Option(help: "The maximum number of attempts.", transform: Arguments.number(1...1000))
  var maxAttempts: Int?
  @Option(
    help: "The time limit of an attempt in seconds.",
    transform: Arguments.number(1...Arguments.longestTime))
  var runLimit: Int?

  package init() {}

  private struct Answer: Encodable {
    let id: String
    let new: Bool
  }

  package func validate() throws {
    guard tag.count <= 100 else { throw ValidationError("an item has at most 100 tags") }
  }

  package func run() throws {
    let document = try document()
    let store = try database.open()
    defer { store.close() }
    var item = NewQueueItem(kind: kind, payload: document)
    item.queue = queue.queue
    item.priority = priority
    item.uniqueKey = uniqueKey
    item.tags = tag
    item.maxAttempts = maxAttempts
    item.runLimitSeconds = runLimit
    if delay > 0 { item.dueAt = StoreClock.system.now() + .seconds(delay) }
    let result = try store.queue.enqueue(item)
    if format.json {
      try Output.json(Answer(id: "\(result.id)", new: result.isNew))
    } else {
      Output.line("\(result.id)")
      if !result.isNew { Output.note("an unfinished item already has the key") }
    }
  }

  private func document() throws -> JSONText {
    var bytes = Array(payload.utf8)
    if payload == "-" {
      bytes = []
      let source = try ByteSource(path: "-")
      while bytes.count <= WorkQueue.largestDocument, let piece = try source.next() {
        bytes += piece
      }
    }
    guard bytes.count <= WorkQueue.largestDocument else {
      throw ValidationError(
        "the payload is larger than \(Human.grouped(WorkQueue.largestDocument)) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ValidationError("the payload is not UTF-8")
    }
    do {
      return try JSONText(text)
    } catch {
      throw ValidationError("the payload is not valid JSON: \(error)")
    }
  }
}
