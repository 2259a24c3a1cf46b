import Backoffice
import Testing

/// A file that the first released schema made, with work in every state.
private enum FirstSchema {
  static let version: MigrationVersion = 13
  static let items = 60

  /// The items: the last of them runs, under a lease, and has its attempt.
  static let rows = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(items - 1))
    INSERT INTO queue_items (id, queue, kind, status, due_at, unique_key, finished_at, attempts,
      claim_count, payload, created_at, updated_at)
    SELECT CAST(printf('%016d', i) AS BLOB),
      CASE WHEN i % 2 = 0 THEN 'default' ELSE 'mail' END, 'work',
      CASE i % 4 WHEN 0 THEN 'failed' WHEN 1 THEN 'pending' WHEN 2 THEN 'retrying'
        ELSE 'cancelled' END,
      i, CASE WHEN i % 5 = 0 THEN 'key ' || i END, CASE WHEN i % 4 IN (0, 3) THEN 1000 + i END, 0,
      0, json_object('number', i), i, i
    FROM n;
    INSERT INTO queue_items (id, kind, status, due_at, lease_token, lease_expires_at, worker,
      claimed_at, first_started_at, claim_count, attempts, created_at, updated_at)
    VALUES (CAST('000000000000last' AS BLOB), 'work', 'running', 0,
      CAST('0000000000token0' AS BLOB), 5, 'worker', 1, 1, 1, 1, 0, 0);
    INSERT INTO queue_attempts (item_pk, number, worker, lease_token, claimed_at)
      SELECT pk, 1, 'worker', lease_token, 1 FROM queue_items WHERE status = 'running';
    """

  static func migrator() throws -> Migrator { try BackofficeStore.Configuration().migrator() }

  /// Makes the file.
  static func make(_ place: Workplace) throws {
    let migrator = try migrator()
    try Database.maintain(
      .file(place.path), configuration: place.configuration()
    ) { maintenance throws in
      try migrator.up(maintenance, to: version, of: "core")
      try maintenance.executeScript(rows)
    }
  }

  /// Opens the file as a program of today does, and looks for every row.
  static func expectEverything(_ place: Workplace) throws {
    let store = try BackofficeStore(
      .file(place.path),
      configuration: {
        var configuration = BackofficeStore.Configuration()
        configuration.database = place.configuration()
        return configuration
      }())
    defer { store.close() }
    let counts = try store.read { transaction in
      try transaction.fetchAll(
        sql: "SELECT status || ' ' || count(*) FROM queue_items GROUP BY status ORDER BY status"
      ) { row in try row.value(at: 0, as: String.self) }
    }
    #expect(counts == ["cancelled 15", "failed 14", "pending 15", "retrying 15", "running 1"])
    let payloads = try store.read { transaction in
      try transaction.fetchOne(
        sql: "SELECT sum(payload ->> 'number') FROM queue_items"
      ) { row in try row.value(at: 0, as: Int.self) }
    }
    #expect(payloads == (1..<items).reduce(0, +))
    #expect(try store.check() == [])
    #expect(try store.queue.rescueExpired().retrying.count == 1)
    #expect(try store.queue.claim(100, from: ["default", "mail"], worker: "w").count == 30)
    #expect(try store.check() == [])
  }
}

@Suite("A file of an earlier schema that is brought up to date")
struct UpgradeTests {
  @Test("H06: stopped after any step, a populated file of the first schema goes on with every row")
  func betweenSteps() throws {
    let migrator = try FirstSchema.migrator()
    let later = try #require(migrator.packs.first { $0.name == "core" }).migrations
      .map(\.version).filter { $0 > FirstSchema.version }
    #expect(!later.isEmpty)
    for version in [FirstSchema.version] + later {
      let place = try Workplace()
      try FirstSchema.make(place)
      try Database.maintain(
        .file(place.path), configuration: place.configuration()
      ) { maintenance throws in
        _ = try migrator.up(maintenance, to: version, of: "core")
      }
      try FirstSchema.expectEverything(place)
    }
  }

  @Test("H06: whatever the disk refuses while it migrates, a populated file loses no row")
  func faults() throws {
    let scenario = Scenario(
      name: "migrate a populated file of the first schema",
      prepare: { try FirstSchema.make($0) },
      open: { try MigrationSubject.open($0, FirstSchema.migrator()) }, work: { _, _ in },
      opensUnderFault: true)
    let sweep = try Sweep(scenario)
    try sweep.run(points: Effort.points(2))
    print("faults, \(scenario.name): \(sweep.report.summary)")
    let cut = try PowerCut(scenario)
    try cut.run(points: Effort.points(8), seeds: 1, edges: Effort.isFull)
    print("power cuts, \(scenario.name): \(cut.summary)")
    #expect(cut.losses == 0)
  }
}
