import Backoffice
import BackofficeAnalytics
import DirectoryBoltKit
import ExampleData
import ExampleSupport
import Foundation

/// A small store with a row in nearly every table.
enum SweptStore {
  static func make(_ path: String) throws {
    var settings = DemoSettings(
      directories: ByteSource(Array(ExampleData.directories.prefix(1200))),
      businesses: ByteSource(Array(ExampleData.businesses.prefix(900))),
      assistants: ByteSource(ExampleData.assistants))
    settings.days = 2
    settings.workers = 1
    let demo = try Demo(settings, location: .file(path))
    try demo.run { _ in }
    demo.close()
    let store = try BackofficeStore(.file(path), configuration: StoreSettings.standard())
    defer { store.close() }
    try fillQueue(store)
    try fillUsage(store)
    try store.dashboards.refreshSummary()
    try store.analytics.record([SystemMetric(type: "queue", name: "depth", value: 1)])
    try store.analytics.refresh()
    _ = try store.upkeep.run(.all)
    try store.database.checkpoint(.truncate)
  }

  private static func fillQueue(_ store: BackofficeStore) throws {
    try store.queues.setLimit(
      QueueLimit(.kind, "mail", maxRunning: 2, rate: QueueLimit.Rate(5, perSeconds: 60)))
    try store.queues.configure(QueueSettings(isFair: true, maxWaiting: 1000))
    var item = NewQueueItem(kind: "mail")
    item.tags = ["vip"]
    item.uniqueKey = "key"
    item.maxAttempts = 3
    item.runLimitSeconds = 60
    let first = try store.queue.enqueue(item).id
    try store.queue.enqueue(NewQueueItem(kind: "mail"), after: [first])
    let batch = try store.batches.create(NewBatch(name: "batch"))
    var batched = NewQueueItem(kind: "mail")
    batched.batchID = batch.id
    try store.queue.enqueue((0..<3).map { _ in batched })
    let claimed = try store.queue.claim(3, worker: "w")
    for (index, claim) in claimed.enumerated() {
      switch index {
      case 0: _ = try store.queue.progress(claim.lease, percent: 10, step: "step")
      case 1: _ = try store.queue.fail(claim.lease, error: ItemFailure(message: "no"))
      default: try store.queue.complete(claim.lease)
      }
    }
    try store.schedules.create(NewQueueSchedule(name: "hourly", kind: "mail", every: .hours(1)))
    _ = try store.plans.create(NewPlan(title: "plan", items: [NewPlan.Item(title: "step")]))
  }

  private static func fillUsage(_ store: BackofficeStore) throws {
    guard let customer = try store.customers.list().elements.first else { return }
    for index in 0..<3 {
      try store.usage.record(
        UsageEvent(
          key: "use \(index)", customerID: customer.id, meter: "calls", quantity: 2,
          amount: Money(minorUnits: 25, currency: .usd)))
      try store.usage.record(
        UsageEvent(key: "event \(index)", customerID: customer.id, meter: "events"))
    }
    _ = try store.usage.consume(
      UsageEvent(key: "consume", customerID: customer.id, meter: "calls"), limit: 60, per: .month)
    try store.credits.grant(20, to: customer.id, key: "grant")
  }

  /// The integer columns of tables with rows.
  static func columns(of path: String) throws -> [(table: String, column: String)] {
    let database = try Database(.readOnly(path))
    defer { database.close() }
    return try database.read { transaction in
      let columns = try transaction.fetchAll(
        sql: """
          SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c
          WHERE t.type = 'table' AND c.type = 'INTEGER' AND t.name NOT GLOB 'sqlite_*'
            AND t.name NOT GLOB 'customers_search*' ORDER BY 1, c.cid
          """
      ) { row in
        (
          table: try row.value(at: 0, as: String.self),
          column: try row.value(at: 1, as: String.self)
        )
      }
      return try columns.filter { column in
        try transaction.fetchOne(sql: "SELECT 1 FROM \"\(column.table)\" LIMIT 1") { _ in true }
          ?? false
      }
    }
  }

  /// Copies the store, and sets a column, or all integer columns of a table (`*`), of as many rows
  /// as the CHECKs let it.
  ///
  /// - Returns: the number of rows that have the value.
  static func copy(
    _ file: String, to copy: String, table: String, column: String, _ value: Int
  ) throws -> Int {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: copy + suffix)
    }
    try FileManager.default.copyItem(atPath: file, toPath: copy)
    let all = try columns(of: file).filter { $0.table == table && $0.column != "pk" }.map(\.column)
    let columns = column == "*" ? all : [column]
    let triggers = try guards(of: table, in: copy)
    var rows = 0
    try Database.maintain(.file(copy)) { connection in
      // The guards of append-only tables are put back afterwards.
      var script = "PRAGMA foreign_keys = OFF;\n"
      for (name, _) in triggers { script += "DROP TRIGGER \"\(name)\";\n" }
      for column in columns {
        script += "UPDATE OR IGNORE \"\(table)\" SET \"\(column)\" = \(value);\n"
      }
      for (_, sql) in triggers { script += sql + ";\n" }
      try connection.executeScript(script)
    }
    let database = try Database(.readOnly(copy))
    defer { database.close() }
    for column in columns {
      rows += try database.read { transaction in
        try transaction.fetchOne(
          sql: "SELECT count(*) FROM \"\(table)\" WHERE \"\(column)\" = \(value)"
        ) { try $0.value(at: 0) } ?? 0
      }
    }
    return rows
  }

  private static func guards(of table: String, in path: String) throws -> [(String, String)] {
    let database = try Database(.readOnly(path))
    defer { database.close() }
    return try database.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", table
      ) { row in (try row.value(at: 0), try row.value(at: 1)) }
    }
  }
}
