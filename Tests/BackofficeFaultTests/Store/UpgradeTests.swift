import Backoffice
import Testing

/// The office as a later library might have it: with a column, and a table that holds what a column held.
private struct LaterOffice: StorePack {
  let name = "office"
  var rules: RuleSet { OfficePack().rules }
  var upkeep: [UpkeepTask] { OfficePack().upkeep }

  var migrations: [MigrationPack] {
    get throws {
      [try MigrationPack("office", OfficeSchema.migrations.migrations + Self.steps)]
    }
  }

  static let steps = [
    Migration(
      version: 9001, name: "lengths",
      up: """
        ALTER TABLE queue_items ADD COLUMN length INTEGER;
        UPDATE queue_items SET length = length(payload);
        """,
      down: "ALTER TABLE queue_items DROP COLUMN length;"),
    Migration(
      version: 9002, name: "payloads",
      up: """
        CREATE TABLE payloads (item_pk INTEGER PRIMARY KEY, length INTEGER NOT NULL) STRICT;
        INSERT INTO payloads SELECT pk, length FROM queue_items;
        ALTER TABLE queue_items DROP COLUMN length;
        """,
      down: """
        ALTER TABLE queue_items ADD COLUMN length INTEGER;
        UPDATE queue_items SET length = (SELECT length FROM payloads WHERE item_pk = pk);
        DROP TABLE payloads;
        """),
  ]
}

/// A file of today with work in every state, which a later library opens.
private enum EarlierFile {
  static let items = 60

  /// The items: the last of them runs, under a lease, and has failed before.
  static let rows = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(items - 1))
    INSERT INTO queue_items (id, queue, kind, status, priority, due_at, finished_at, payload,
      created_at, updated_at)
    SELECT CAST(printf('%016d', i) AS BLOB),
      CASE WHEN i % 2 = 0 THEN 'default' ELSE 'mail' END, 'work',
      CASE i % 4 WHEN 0 THEN 'failed' WHEN 1 THEN 'pending' WHEN 2 THEN 'retrying'
        ELSE 'cancelled' END,
      3, i,
      CASE WHEN i % 4 IN (0, 3) THEN 1000 + i END, json_object('number', i), i, i
    FROM n;
    INSERT INTO queue_items (id, queue, kind, status, priority, due_at, lease_token,
      lease_expires_at, worker, claimed_at, claims, attempts, payload, created_at, updated_at)
    VALUES (CAST('000000000000last' AS BLOB), 'default', 'work', 'running', 3, 0,
      CAST('0000000000token0' AS BLOB), 5, 'worker', 1, 2, 2, '{}', 0, 0);
    INSERT INTO queue_attempts (item_pk, number, worker, lease_token, claimed_at, finished_at,
      outcome, is_charged)
      SELECT pk, 1, 'worker', CAST('0000000000token1' AS BLOB), 0, 1, 'failed', 1
      FROM queue_items WHERE status = 'running';
    """

  static func migrator() throws -> Migrator {
    try BackofficeStore.Configuration().migrator(with: [LaterOffice()])
  }

  static func make(_ place: Workplace) throws {
    try Database.maintain(
      .file(place.path), configuration: place.configuration()
    ) { maintenance throws in
      try BackofficeStore.Configuration().migrator(with: [OfficePack()]).up(maintenance)
      try maintenance.executeScript(rows)
    }
  }

  /// Opens the file as a later program does, and looks for every row.
  static func expectEverything(_ place: Workplace) throws {
    var configuration = BackofficeStore.Configuration()
    configuration.database = place.configuration()
    let store = try BackofficeStore(
      .file(place.path), packs: [LaterOffice()], configuration: configuration)
    defer { store.close() }
    let counts = try store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT status || ' ' || count(*) FROM queue_items GROUP BY status ORDER BY status"
      ) { row in try row.value(at: 0, as: String.self) }
    }
    #expect(counts == ["cancelled 15", "failed 14", "pending 15", "retrying 15", "running 1"])
    let sums = try store.read { transaction in
      try transaction.fetchOne(
        sql: """
          SELECT sum(payload ->> 'number'), sum(length(payload)), sum(length)
          FROM queue_items JOIN payloads ON item_pk = pk
          """
      ) { row in try (0..<3).map { try row.value(at: $0, as: Int.self) } }
    }
    #expect(sums?[0] == (1..<items).reduce(0, +))
    #expect(sums?[1] == sums?[2])
    #expect(try store.check().map(\.description) == [])
    #expect(try store.queue.rescueExpired().retrying.count == 1)
    #expect(try store.queue.claim(100, from: ["default", "mail"], worker: "w").count == 30)
    #expect(try store.check() == [])
  }
}

@Suite("A file of an earlier schema that is brought up to date")
struct UpgradeTests {
  @Test("H06: stopped after any step, a populated file goes on with every row")
  func betweenSteps() throws {
    let migrator = try EarlierFile.migrator()
    for step in [nil] + LaterOffice.steps.map(Optional.some) {
      let place = try Workplace()
      try EarlierFile.make(place)
      if let step {
        try Database.maintain(
          .file(place.path), configuration: place.configuration()
        ) { maintenance throws in
          _ = try migrator.up(maintenance, to: step.version, of: "office")
        }
      }
      try EarlierFile.expectEverything(place)
    }
  }

  @Test("H06: a populated file loses no row when any disk operation fails during a migration")
  func faults() throws {
    let scenario = Scenario(
      name: "migrate a populated file of an earlier schema",
      prepare: { try EarlierFile.make($0) },
      open: { try MigrationSubject.open($0, EarlierFile.migrator()) }, work: { _, _ in },
      opensUnderFault: true)
    let sweep = try Sweep(scenario)
    try sweep.run(points: Effort.points(2))
    print("faults, \(scenario.name): \(sweep.report.summary)")
    let cut = try PowerCut(scenario)
    try cut.run(points: Effort.points(4), seeds: 1, edges: Effort.isFull)
    print("power cuts, \(scenario.name): \(cut.summary)")
    #expect(cut.losses == 0)
  }
}
