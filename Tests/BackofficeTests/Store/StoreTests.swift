import Backoffice
import BackofficeTesting
import Testing

@Suite("The store as a whole")
struct StoreTests {
  @Test("A new store has the schema, no findings and nothing to repair")
  func newStore() throws {
    let test = try TestStore()
    #expect(try test.store.check() == [])
    #expect(try test.store.rebuild() == [:])
    #expect(try test.store.database.verify() == [])
  }

  @Test("A test store begins on a Monday morning")
  func monday() throws {
    #expect(TestStore.monday.description == "2026-01-05T09:00:00Z")
    #expect(TestStore.monday.utcDate.weekday == 1)
  }

  @Test("acting(as:) sets the principal of writes and does not change the original handle")
  func acting() throws {
    let test = try TestStore()
    let ada = Principal(kind: .staff, id: "ada")
    try test.store.acting(as: ada).write(reason: "why") { transaction in
      #expect(transaction.principal == ada)
      #expect(transaction.reason == "why")
    }
    try test.store.write { transaction in #expect(transaction.principal == .system) }
  }

  @Test("A program can have its own tables and rules next to those of the core")
  func ownTable() throws {
    struct Visit: TableRow {
      static let tableName = "visits"
      let page: String
      init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
        page = try column("page")
      }
    }
    let visits = try MigrationPack(
      "visits",
      [
        Migration(
          version: 1, name: "visits",
          up: "CREATE TABLE visits (pk INTEGER PRIMARY KEY, page TEXT NOT NULL) STRICT;",
          down: "DROP TABLE visits;")
      ])
    let test = try TestStore { configuration in
      configuration.triggers = [
        .after("visits.count", .insert, on: Visit.self) { change, transaction in
          try transaction.execute(
            sql: """
              INSERT INTO store_settings (key, value, updated_at) VALUES (?1, '1', ?2)
              ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1
              """, "visits.\(change.new?.page ?? "")", transaction.now)
        }
      ]
      configuration.migrations = [visits]
    }
    #expect(test.store.triggers.last?.name == "visits.count")
    try test.store.write { transaction in
      for page in ["home", "home", "about"] {
        try transaction.execute(sql: "INSERT INTO visits (page) VALUES (?)", page)
      }
    }
    let counts = try test.store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT key, value FROM store_settings WHERE key LIKE 'visits.%' ORDER BY key"
      ) { row in "\(try row.value(at: 0, as: String.self))=\(try row.value(at: 1, as: String.self))"
      }
    }
    #expect(counts == ["visits.about=1", "visits.home=2"])
  }
}
