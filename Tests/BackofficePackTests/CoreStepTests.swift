import Backoffice
import BackofficeTestSupport
import BackofficeTesting
import Testing

@Suite("A later version of the office on a file with additions of a program to its tables")
struct CoreStepTests {
  /// An office with one more migration than the one of today.
  private struct LaterOffice: StorePack {
    let name = "office"
    let step: Migration
    var migrations: [MigrationPack] {
      get throws {
        let today = try #require(OfficePack().migrations.first)
        return [try MigrationPack("office", today.migrations + [step])]
      }
    }
    var rules: RuleSet { OfficePack().rules }
  }

  private static let additions = """
    ALTER TABLE customers ADD COLUMN loyalty TEXT NOT NULL DEFAULT 'none' CHECK (loyalty <> '');
    CREATE INDEX program_loyalty ON customers (loyalty);
    CREATE TABLE program_log (what TEXT NOT NULL) STRICT;
    CREATE TRIGGER program_customers AFTER UPDATE OF loyalty ON customers
      BEGIN INSERT INTO program_log VALUES ('customer ' || NEW.loyalty); END;
    CREATE VIEW program_golden AS SELECT full_name FROM customers WHERE loyalty = 'gold';
    ALTER TABLE queue_items ADD COLUMN batch_number INTEGER;
    CREATE INDEX program_batches ON queue_items (batch_number) WHERE batch_number IS NOT NULL;
    CREATE TRIGGER program_items AFTER UPDATE OF batch_number ON queue_items
      BEGIN INSERT INTO program_log VALUES ('item ' || NEW.batch_number); END;
    CREATE VIEW program_numbered AS SELECT kind FROM queue_items WHERE batch_number > 0;
    """

  private let file = try? TemporaryFile()

  private func open(_ office: any StorePack) throws -> BackofficeStore {
    var configuration = BackofficeStore.Configuration()
    configuration.migrations = [
      try MigrationPack("program", [Migration(version: 1, name: "additions", up: Self.additions)])
    ]
    return try BackofficeStore(
      .file(try #require(file).path), packs: [office], configuration: configuration)
  }

  /// A file of today's office with a customer and an item that have the program's values.
  private func fill() throws {
    let store = try open(OfficePack())
    try store.write { transaction in
      try transaction.customers.create(NewCustomer(fullName: "Ada", email: "ada@example.com"))
      try transaction.queue.enqueue(NewQueueItem(kind: "mail"))
      try transaction.execute(sql: "UPDATE customers SET loyalty = 'gold'")
      try transaction.execute(sql: "UPDATE queue_items SET batch_number = 7")
    }
    store.close()
  }

  private static func texts(_ store: BackofficeStore, _ sql: String) throws -> [String] {
    try store.read { try $0.fetchAll(sql: sql) { try $0.value(at: 0, as: String.self) } }
  }

  @Test(
    "A step that rebuilds customers and items carries over columns, values, indexes, triggers, views"
  )
  func carriedOver() throws {
    try fill()
    let plain = try TestStore().store
    let definitions = try ["customers", "queue_items"].map { table in
      let sql = try Self.texts(plain, "SELECT sql FROM sqlite_schema WHERE name = '\(table)'")
      return (table, try #require(sql.first))
    }
    let step = Migration(version: 1000, name: "rebuild") { transaction in
      for (table, sql) in definitions {
        try transaction.rebuildTable(table) {
          $0.definition = sql
          $0.keepsOtherColumns = true
        }
      }
    }
    let store = try open(LaterOffice(step: step))
    #expect(try Self.texts(store, "SELECT * FROM program_golden") == ["Ada"])
    #expect(try Self.texts(store, "SELECT * FROM program_numbered") == ["mail"])
    try store.write { transaction in
      try transaction.execute(sql: "UPDATE customers SET loyalty = 'silver'")
      try transaction.execute(sql: "UPDATE queue_items SET batch_number = 8")
    }
    #expect(
      try Self.texts(store, "SELECT what FROM program_log ORDER BY rowid")
        == ["customer gold", "item 7", "customer silver", "item 8"])
    #expect(
      try Self.texts(
        store, "SELECT name FROM sqlite_schema WHERE name LIKE 'program_%' ORDER BY name")
        == [
          "program_batches", "program_customers", "program_golden", "program_items", "program_log",
          "program_loyalty", "program_numbered",
        ])
    #expect(throws: SQLiteError.self) {
      try store.write { try $0.execute(sql: "UPDATE customers SET loyalty = ''") }
    }
    #expect(try store.check() == [])
  }

  @Test(
    "A step that would lose any of it is refused with the names, and changes nothing",
    arguments: [
      """
      CREATE TABLE customers_new AS SELECT id, full_name, email FROM customers;
      DROP TABLE customers;
      CREATE TABLE customers AS SELECT * FROM customers_new;
      DROP TABLE customers_new;
      """,
      "DROP TABLE customers;",
    ])
  func refused(sql: String) throws {
    try fill()
    let step = Migration(version: 1000, name: "shrink", up: sql)
    let failure = try #require(throws: MigrationFailure.self) {
      try open(LaterOffice(step: step))
    }
    guard case .takesAlong(let id, let things) = failure.cause as? MigrationError else {
      Issue.record("\(failure)")
      return
    }
    #expect(id.name == "shrink")
    #expect(
      things.contains("column loyalty of customers")
        && things.contains("index program_loyalty of customers")
        && things.contains("trigger program_customers of customers")
        && things.contains("view program_golden"))
    #expect(!things.contains { $0.contains("full_name") })
    let store = try open(OfficePack())
    #expect(try Self.texts(store, "SELECT * FROM program_golden") == ["Ada"])
    #expect(try store.check() == [])
  }
}
