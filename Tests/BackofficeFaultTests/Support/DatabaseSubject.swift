import BackofficeStorage

/// The storage floor with a small schema and rules of every timing.
struct DatabaseSubject: Subject {
  let database: Database

  static let schema = """
    CREATE TABLE IF NOT EXISTS items (
      pk INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      amount INTEGER NOT NULL CHECK (amount >= 0)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS notes (
      pk INTEGER PRIMARY KEY,
      item INTEGER NOT NULL REFERENCES items(pk) ON DELETE CASCADE,
      text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS notes_item ON notes (item);
    CREATE TABLE IF NOT EXISTS totals (
      pk INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value INTEGER NOT NULL
    ) STRICT;
    INSERT OR IGNORE INTO totals (name, value) VALUES ('amount', 0), ('items', 0), ('notes', 0);
    """

  struct ItemRow: TableRow {
    static let tableName = "items"
    let name: String
    let amount: Int

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      name = try column("name")
      amount = try column("amount")
    }
  }

  struct NoteRow: TableRow {
    static let tableName = "notes"
    let text: String

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      text = try column("text")
    }
  }

  private static let add = SQLStatement("UPDATE totals SET value = value + ?1 WHERE name = ?2")

  static let triggers: [Trigger] = [
    .after("items.count", .any, on: ItemRow.self) { change, transaction in
      switch change {
      case .insert: try transaction.execute(add, 1, "items")
      case .delete: try transaction.execute(add, -1, "items")
      case .update: break
      }
    },
    .after("notes.count", .any, on: NoteRow.self) { change, transaction in
      try transaction.execute(
        add, (change.new == nil ? 0 : 1) - (change.old == nil ? 0 : 1), "notes")
    },
    .atCommit(
      "items.amount", .any, on: ItemRow.self,
      collect: { (change, emit: (String, Int) -> Void) in
        emit("amount", (change.new?.amount ?? 0) - (change.old?.amount ?? 0))
      },
      combine: { $0 += $1 },
      perform: { key, delta, transaction in try transaction.execute(add, delta, key) }),
  ]

  static func open(
    _ place: Workplace, configure: (inout Database.Configuration) -> Void = { _ in }
  ) throws -> DatabaseSubject {
    var configuration = place.configuration()
    configure(&configuration)
    return DatabaseSubject(
      database: try Database(
        .file(place.path), configuration: configuration, triggers: triggers
      ) { maintenance in
        let hasTables = try maintenance.pragmaRow("schema_version").first != 0
        if !hasTables { try maintenance.executeScript("BEGIN;\(schema)COMMIT;") }
      })
  }

  func probe() throws {
    let before = try database.read(Self.count)
    do {
      try database.write { transaction in
        try transaction.execute(sql: "INSERT INTO items (name, amount) VALUES ('probe', 1)")
        throw Undo()
      }
    } catch is Undo {
      // As meant.
    }
    let after = try database.read(Self.count)
    guard before == after else { throw ProbeFailure(before: before, after: after) }
    let findings = try findings()
    guard findings.isEmpty else { throw CheckFailure(findings: findings) }
  }

  static func count(_ transaction: borrowing ReadTransaction) throws -> Int {
    try transaction.fetchOne(sql: "SELECT count(*) FROM items") { try $0.value(at: 0) } ?? 0
  }

  func findings() throws -> [String] {
    try database.read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT name || ': ' || value || ' is kept, ' || counted || ' is counted' FROM (
            SELECT name, value,
              CASE name
                WHEN 'amount' THEN (SELECT coalesce(sum(amount), 0) FROM items)
                WHEN 'items' THEN (SELECT count(*) FROM items)
                ELSE (SELECT count(*) FROM notes)
              END AS counted
            FROM totals)
          WHERE value <> counted
          """
      ) { try $0.value(at: 0) }
    }
  }

  func close() { database.close() }
}

/// A write that was undone left something behind.
struct ProbeFailure: Error {
  let before: Int
  let after: Int
}

/// The store's own checks found something.
struct CheckFailure: Error {
  let findings: [String]
}

/// A scenario was given the wrong kind of store.
struct WrongSubject: Error {}

extension Scenario {
  /// Work on the small database of ``DatabaseSubject``, filled with 40 items of 2 notes.
  static func database(
    _ name: String, opensUnderFault: Bool = false, durability: Database.Durability = .full,
    configure: @escaping @Sendable (inout Database.Configuration) -> Void = { _ in },
    work: @escaping @Sendable (Database, Workplace) throws -> Void
  ) -> Scenario {
    Scenario(
      name: name,
      prepare: { place in
        let subject = try DatabaseSubject.open(place)
        try subject.database.write { transaction in
          for index in 0..<40 {
            try transaction.execute(
              sql: "INSERT INTO items (name, amount) VALUES (?, ?)", "item \(index)", index)
            let item = transaction.connection.lastInsertedRowID
            for text in ["first", "second"] {
              try transaction.execute(
                sql: "INSERT INTO notes (item, text) VALUES (?, ?)", item, text)
            }
          }
        }
        subject.close()
      },
      open: { place in
        try DatabaseSubject.open(place) { configuration in
          configuration.durability = durability
          configure(&configuration)
        }
      },
      work: { subject, place in
        guard let subject = subject as? DatabaseSubject else { throw WrongSubject() }
        try work(subject.database, place)
      },
      opensUnderFault: opensUnderFault, durability: durability)
  }
}
