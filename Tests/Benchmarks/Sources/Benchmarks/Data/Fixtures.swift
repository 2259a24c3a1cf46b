import Backoffice
import Foundation

/// The files that workloads begin with, made by SQL and kept for the next run.
struct Fixtures {
  let scratch: Scratch
  /// The moment to which all fixtures belong.
  static let epoch = Timestamp(microseconds: 1_763_640_000_000_000)
  static let day: Int64 = 86_400_000_000

  /// The file called `name`, made by `build` unless it is there from an earlier run.
  ///
  /// Of another schema it would not do: ours brings it up to date, the limit does not.
  func file(
    _ name: String, packs: [any StorePack] = Bench.office, build: (String) throws -> Void
  ) throws -> String {
    try plainFile("\(name)-\(Self.schema(of: packs))") { path in
      try BackofficeStore(.file(path), packs: packs).close()
      try build(path)
    }
  }

  /// A file in which no store was opened, unless `build` opens one.
  private func plainFile(_ name: String, build: (String) throws -> Void) throws -> String {
    let path = scratch.path("base-\(name)")
    if FileManager.default.fileExists(atPath: path) { return path }
    let draft = scratch.path("draft")
    Scratch.remove(draft)
    print("  making \(name) ...")
    try build(draft)
    let limit = try Limit(draft)
    try limit.execute(
      "PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize")
    try FileManager.default.moveItem(atPath: draft, toPath: path)
    for suffix in ["-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: draft + suffix)
    }
    return path
  }

  /// Names the schema of a store with these packs.
  private static func schema(of packs: [any StorePack]) throws -> String {
    let migrator = try BackofficeStore.Configuration().migrator(with: packs)
    let checksums = migrator.packs.flatMap { pack in pack.migrations.map(\.checksum) }
    // FNV-1a: the hashes of the standard library differ between runs.
    let hash = checksums.joined().utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
      (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return String(hash, radix: 16)
  }

  func empty() throws -> String { try file("empty") { _ in } }

  func customers(_ count: Int, packs: [any StorePack] = Bench.office) throws -> String {
    try file("customers-\(count)", packs: packs) { path in
      let limit = try Limit(path)
      try Self.fast(limit, rows: count)
      try Self.addCustomers(count, days: 1, owners: 0, historyRows: 1, to: limit)
    }
  }

  func queue(_ count: Int, packs: [any StorePack] = Bench.office) throws -> String {
    try file("queue-\(count)", packs: packs) { path in
      let limit = try Limit(path)
      try Self.fast(limit, rows: count)
      try Self.addItems(count, to: limit)
    }
  }

  /// The items of ``queue(_:packs:)`` in the tables of a lean queue.
  func lean(_ count: Int) throws -> String {
    try plainFile("lean-\(count)") { path in
      let limit = try Limit(path)
      try limit.execute(LeanQueue.schema)
      try Self.fast(limit, rows: count)
      let created = Self.epoch.microseconds - Self.day
      try limit.execute(
        """
        BEGIN;
        \(Self.counting(count))
        INSERT INTO lean_items (id, queue, kind, status, priority, due_at, payload, created_at,
          updated_at)
        SELECT benchmark_id(i, 2), 'default', 'submit', 'pending', 1 + i % 5, \(created) + i,
          '\(Self.payloadText)', \(created) + i, \(created) + i FROM n;
        COMMIT
        """)
    }
  }

  /// Waiting items beside one customer with many credits and one open batch.
  func paid(_ count: Int) throws -> String {
    try file("paid-\(count)") { path in
      let store = try Bench.open(path)
      let customer = try store.customers.create(
        NewCustomer(fullName: "Ada Lovelace", email: "ada@example.com", tier: .pro)
      ).id
      try store.subscriptions.setCustomCreditLimit(of: customer, to: 1_000_000_000)
      try store.batches.create(NewBatch(name: "spring", customerID: customer))
      // An item that nothing claims keeps the batch from ending after each of the others.
      var first = NewQueueItem(kind: "last")
      first.batchID = try store.batches.list(limit: 1).elements.first?.id
      try store.queue.enqueue(first)
      store.close()
      let limit = try Limit(path)
      try Self.fast(limit, rows: count)
      try Self.addItems(count, to: limit)
    }
  }

  func office(_ count: Int) throws -> String {
    try file("office-\(count)", packs: Bench.officeWithAnalytics) { path in
      let limit = try Limit(path)
      try Self.fast(limit, rows: count)
      try Self.addCustomers(count, days: 1, owners: 0, historyRows: 1, to: limit)
      try Self.addItems(count, to: limit)
    }
  }

  func histories(_ count: Int, days: Int, owners: Int) throws -> String {
    try file("histories-\(count)-\(days)-\(owners)", packs: Bench.officeWithAnalytics) { path in
      let limit = try Limit(path)
      try Self.fast(limit, rows: count)
      try Self.addCustomers(count, days: days, owners: owners, historyRows: 5, to: limit)
    }
  }
}
