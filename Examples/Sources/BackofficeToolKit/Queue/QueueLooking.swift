package import ArgumentParser
import Backoffice
import ExampleSupport

/// Shows the state of queues.
package struct QueueStatsCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Shows the waiting, running and failed items of each queue, and their times.",
    discussion: """
      Example:
        backoffice queue stats --json --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "The queue; by default all queues with items.")
  var queue: String?

  package init() {}

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    let standings = try QueueStanding.all(store, only: queue)
    if format.json {
      try Output.json(standings)
    } else {
      Output.lines(QueueStanding.table(standings))
    }
  }
}

/// The items of a list.
package struct QueueListCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists items, newest first.",
    discussion: """
      Examples:
        backoffice queue list --status failed --limit 20 --database office.sqlite
        backoffice queue list --kind mail --json --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "Only items of this queue.")
  var queue: String?
  @Option(help: "Only items of this kind.")
  var kind: String?
  @Option(help: "Only items with this status, such as pending, running or failed.")
  var status: String?
  @Option(help: "Only items with this tag.")
  var tag: String?
  @Option(help: "The most items.")
  var limit = 50

  package init() {}

  package func validate() throws {
    guard (1...1000).contains(limit) else {
      throw ValidationError("--limit must be 1 to 1000")
    }
    guard status.map({ QueueItem.Status(rawValue: $0) != nil }) ?? true else {
      let known = QueueItem.Status.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--status must be one of \(known)")
    }
  }

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    let ids: [ID<QueueItem>] = try store.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT id FROM queue_items WHERE (?1 IS NULL OR queue = ?1)
            AND (?2 IS NULL OR kind = ?2) AND (?3 IS NULL OR status = ?3)
            AND (?5 IS NULL OR pk IN (SELECT item_pk FROM queue_item_tags WHERE tag = ?5))
          ORDER BY pk DESC LIMIT ?4
          """, queue, kind, status, limit, tag
      ) { try $0.value(at: 0) }
    }
    let items = try ids.compactMap { try store.queue.find($0) }
    if format.json { return try Output.json(items.map(ItemLine.init)) }
    var table = TextTable(
      .text("Item"), .text("Queue"), .text("Kind"), .text("Status"), .number("Prio"),
      .number("Tries"), .text("Due"), .text("Error"))
    for item in items {
      table.add(
        .init("\(item.id)"), .init(item.queue), .init(item.kind),
        .init(item.status.rawValue, item.status.paint), .init(item.priority),
        .init(item.attempts.charged), .init("\(item.dueAt)"),
        .init(item.errorCode ?? item.errorMessage ?? ""))
    }
    Output.lines(table.lines())
  }
}

/// One item.
package struct QueueShowCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows an item with its payload, its result and its attempts.",
    discussion: """
      Example:
        backoffice queue show 019a9f0c-… --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Argument(help: "The item.")
  var item: String

  package init() {}

  package func run() throws {
    let id = try itemID(item)
    let store = try database.openToRead()
    defer { store.close() }
    guard let item = try store.queue.find(id) else {
      Output.note("\(QueueError.noSuchItem(id))")
      throw ExitCode.failure
    }
    let attempts = try store.queue.attempts(of: id)
    if format.json {
      return try Output.json(ItemDetail(item, attempts: attempts))
    }
    let detail = ItemDetail(item, attempts: attempts)
    var table = TextTable(.text("Field"), .text("Value", upTo: 100))
    for (name, value) in detail.fields { table.add(.init(name), .init(value)) }
    Output.lines(table.lines())
    guard !attempts.isEmpty else { return }
    Output.heading("Attempts")
    var list = TextTable(
      .number("No"), .text("Worker"), .text("Claimed"), .number("Seconds"), .text("Outcome"),
      .text("Error"), .text("Result", upTo: 40))
    for attempt in detail.attempts {
      list.add(
        .init(attempt.number), .init(attempt.worker), .init(attempt.claimedAt),
        .init(attempt.seconds.map { "\($0)" } ?? "—"), .init(attempt.outcome ?? "runs"),
        .init(attempt.error ?? ""), .init(attempt.result ?? ""))
    }
    Output.lines(list.lines())
  }
}
