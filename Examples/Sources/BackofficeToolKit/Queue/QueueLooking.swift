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
  @Option(help: "The queue; by default all queues with items.", transform: Arguments.name)
  var queue: String?

  package init() {}

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    try QueueOption.require(queue, in: store)
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
  @Option(help: "Only items of this queue.", transform: Arguments.name)
  var queue: String?
  @Option(help: "Only items of this kind.", transform: Arguments.name)
  var kind: String?
  @Option(help: "Only items with this status, such as pending, running or failed.")
  var status: String?
  @Option(help: "Only items with this tag.", transform: Arguments.name)
  var tag: String?
  @Option(help: "The most items.", transform: Arguments.number(1...1000))
  var limit = 50

  package init() {}

  package func validate() throws {
    let known = QueueItem.Status.allCases.map(\.rawValue)
    guard let status, !known.contains(status) else { return }
    throw ValidationError(
      "--status must be one of \(known.joined(separator: ", "))."
        + Suggestion.sentence(for: status, in: known))
  }

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    try QueueOption.require(queue, in: store)
    let items = try items(in: store)
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
    if items.count == limit { Output.note("there may be more items: see --limit") }
  }

  /// The newest items, by the index of the narrowest option.
  private func items(in store: BackofficeStore) throws -> [QueueItem] {
    let status = status.flatMap(QueueItem.Status.init(rawValue:))
    if let status, kind == nil, tag == nil {
      return try store.queue.list(status, in: queue, limit: limit).elements
    }
    guard let filter = tag.map(QueueItemFilter.tag) ?? kind.map(QueueItemFilter.kind) else {
      return try newest(in: store)
    }
    let statuses = status.map { [$0] } ?? Set(QueueItem.Status.allCases)
    var items: [QueueItem] = []
    var cursor: PageCursor?
    repeat {
      let page = try store.queue.list(filter, statuses: statuses, after: cursor, limit: 1000)
      items += page.elements.filter {
        (queue == nil || $0.queue == queue) && (kind == nil || $0.kind == kind)
      }
      cursor = page.next
    } while items.count < limit && cursor != nil
    return Array(items.prefix(limit))
  }

  private func newest(in store: BackofficeStore) throws -> [QueueItem] {
    let ids = try store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT id FROM queue_items WHERE ?1 IS NULL OR queue = ?1 ORDER BY pk DESC LIMIT ?2",
        queue, limit
      ) { row in try row.value(at: 0, as: ID<QueueItem>.self) }
    }
    return try ids.compactMap { try store.queue.find($0) }
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
      throw QueueError.noSuchItem(id)
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
        .init(attempt.error ?? ""), .init(attempt.result?.text ?? ""))
    }
    Output.lines(list.lines())
  }
}
