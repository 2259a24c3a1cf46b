import Backoffice
import Foundation

/// A database whose schema steps bring in and take out.
struct MigrationSubject: Subject {
  let database: Database
  let migrator: Migrator

  static func open(
    _ place: Workplace, _ migrator: Migrator, bringingIn: Bool = true
  ) throws -> MigrationSubject {
    let database = try Database(
      .file(place.path), configuration: place.configuration()
    ) { maintenance in
      guard bringingIn else { return }
      try migrator.up(maintenance) { event in
        if case .finished = event { place.acknowledge() }
      }
    }
    return MigrationSubject(database: database, migrator: migrator)
  }

  func probe() throws {
    _ = try database.read { try migrator.status($0) }
    do {
      try database.write { transaction in
        try transaction.execute(sql: "CREATE TABLE probe (a)")
        throw Undo()
      }
    } catch is Undo {
      // As meant.
    }
    let findings = try findings()
    guard findings.isEmpty else { throw CheckFailure(findings: findings) }
  }

  func findings() throws -> [String] { try database.verify() }

  func close() { database.close() }
}

extension Scenario {
  private static let parents = Migration(
    version: 1, name: "parents",
    up: """
      CREATE TABLE parents (pk INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
      INSERT INTO parents (name) VALUES ('one'), ('two'), ('three');
      """,
    down: "DROP TABLE parents;")
  private static let children = Migration(
    version: 2, name: "children",
    up: """
      CREATE TABLE children (
        pk INTEGER PRIMARY KEY,
        parent INTEGER NOT NULL REFERENCES parents (pk) ON DELETE CASCADE,
        text TEXT NOT NULL
      ) STRICT;
      CREATE INDEX children_parent ON children (parent);
      INSERT INTO children (parent, text)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        SELECT 1 + i % 3, printf('%d %.*c', i, 200, 'x') FROM n;
      """,
    down: "DROP TABLE children;")
  // A rebuild, in the order that SQLite asks for; with foreign keys on it would lose the children.
  private static let rebuild = Migration(
    version: 3, name: "rebuild",
    up: """
      CREATE TABLE parents_new (
        pk INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, rank INTEGER NOT NULL
      ) STRICT;
      INSERT INTO parents_new (pk, name, rank) SELECT pk, name, pk * 10 FROM parents;
      DROP TABLE parents;
      ALTER TABLE parents_new RENAME TO parents;
      """,
    down: """
      CREATE TABLE parents_old (pk INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
      INSERT INTO parents_old (pk, name) SELECT pk, name FROM parents;
      DROP TABLE parents;
      ALTER TABLE parents_old RENAME TO parents;
      """)

  private static func migrator() throws -> Migrator {
    try Migrator([MigrationPack("test", [parents, children, rebuild])])
  }

  /// Runs that are more than a step at a time.
  private static let wholeRuns: [Scenario] = [
    Scenario(
      name: "migrate all steps in one transaction", prepare: { _ in },
      open: { place in
        var migrator = try migrator()
        migrator.options.grouping = .together
        return try MigrationSubject.open(place, migrator)
      }, work: { _, _ in }, opensUnderFault: true)
  ]

  /// A schema's steps, forth and back.
  private static func schema(
    _ name: String, _ pack: String, _ migrator: @escaping @Sendable () throws -> Migrator
  ) -> [Scenario] {
    [
      Scenario(
        name: "migrate a new file to \(name)", prepare: { _ in },
        open: { try MigrationSubject.open($0, migrator()) }, work: { _, _ in },
        opensUnderFault: true),
      Scenario(
        name: "roll \(name) back",
        prepare: { try MigrationSubject.open($0, migrator()).close() },
        open: { try MigrationSubject.open($0, migrator(), bringingIn: false) },
        work: { subject, place in
          guard let subject = subject as? MigrationSubject else { throw WrongSubject() }
          try subject.database.maintain { maintenance in
            _ = try subject.migrator.down(maintenance, to: 0, of: pack) { event in
              if case .finished = event { place.acknowledge() }
            }
          }
        }),
    ]
  }

  /// A table that is rebuilt under its children, among others.
  static let migrations = schema("a rebuilt table", "test") { try migrator() } + wholeRuns

  /// The steps of the office, on those of the queue.
  static let officeSchema = schema("the office's schema", "office") {
    try BackofficeStore.Configuration().migrator(with: [OfficePack()])
  }
}
