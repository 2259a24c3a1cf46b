import Backoffice
import CBackofficeFaultVFS
import Foundation

/// Opens, writes, reads, fails, cancels, observes and closes, over and over, and counts what is
/// still held each time everything is closed: memory of SQLite, open files, resident memory.
struct Soak {
  let path: String
  let operations: Int

  /// What the process holds while no store is open.
  struct Holdings {
    var sqlite: Int64
    var files: Int
    var resident: Int
  }

  struct Undo: Error {}

  /// A store lives for so many operations.
  private static let life = 500

  func run() async throws {
    var done = 0
    var first: Holdings?
    var most = Holdings(sqlite: 0, files: 0, resident: 0)
    while done < operations {
      try await live(done)
      done += Self.life
      // A query that was cancelled may still hold the store until its thread has seen that.
      for _ in 0..<5000 where faultvfs_memory_used() > 0 {
        try await Task.sleep(for: .milliseconds(1))
      }
      let now = Self.holdings()
      // What every process keeps for itself is there after a tenth of the work.
      if first == nil, done * 10 >= operations { first = now }
      guard first != nil else { continue }
      most.sqlite = max(most.sqlite, now.sqlite)
      most.files = max(most.files, now.files)
      most.resident = max(most.resident, now.resident)
    }
    let start = first ?? most
    print(
      "soak \(done) operations: sqlite \(start.sqlite) \(most.sqlite) files \(start.files) "
        + "\(most.files) resident \(start.resident) \(most.resident)")
  }

  private static func holdings() -> Holdings {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
      .split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return Holdings(
      sqlite: faultvfs_memory_used(), files: files ?? 0, resident: (pages ?? 0) * 4096)
  }

  /// The life of one store, on a new file every time.
  private func live(_ start: Int) async throws {
    for suffix in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
    var configuration = BackofficeStore.Configuration()
    configuration.database.durability = .normal
    configuration.database.statementCacheCapacity = 8
    configuration.database.onEvent = { _ in }
    let store = try BackofficeStore(.file(path), configuration: configuration)
    let database = store.database
    let observation = database.observeCommits { _ in }
    let watching = Task {
      for await _ in database.changes(otherProcessPollInterval: .milliseconds(5)) {}
    }
    let tracking = Task {
      for try await _ in database.values(tracking: ["queue_items"], { _ in 0 }) {}
    }
    var index = 0
    while index < Self.life {
      index += try await step(store, start + index)
    }
    observation.cancel()
    watching.cancel()
    tracking.cancel()
    await watching.value
    _ = await tracking.result
    store.close()
  }

  /// One piece of work; answers how many operations it was.
  private func step(_ store: BackofficeStore, _ index: Int) async throws -> Int {
    switch index % 8 {
    case 0:
      _ = try store.customers.create(
        NewCustomer(fullName: "A", email: "c\(index)@example.com"))
    case 1: try store.queue.enqueue((0..<3).map { NewQueueItem(kind: "kind \($0)") })
    case 2:
      for claimed in try store.queue.claim(2, worker: "worker") {
        try store.queue.complete(claimed.lease)
      }
    case 3: return await tasks(store)
    case 4:
      _ = try store.read { transaction in
        try transaction.fetchAll(sql: "SELECT \(index), id FROM queue_items LIMIT 9") {
          try $0.value(at: 1, as: [UInt8].self)
        }
      }
    case 5:
      do {
        try store.write { transaction in
          try transaction.queue.enqueue([NewQueueItem(kind: "undone")])
          throw Undo()
        }
      } catch is Undo {
        // As meant.
      }
    case 6:
      // A typing mistake, a constraint, and a value of the wrong type.
      _ = try? store.read { try $0.forEach(sql: "SELEC \(index)") { _ in true } }
      _ = try? store.write { try $0.execute(sql: "INSERT INTO customers DEFAULT VALUES") }
      _ = try? store.read { transaction in
        try transaction.fetchOne(sql: "SELECT 'text'") { try $0.value(at: 0, as: Int.self) }
      }
    default:
      try store.write { transaction in
        try transaction.savepoint { try $0.queue.enqueue([NewQueueItem(kind: "inner")]) }
      }
    }
    return 1
  }

  /// Eight tasks of which half are cancelled at some moment.
  private func tasks(_ store: BackofficeStore) async -> Int {
    let tasks = (0..<8).map { index in
      Task {
        if index.isMultiple(of: 2) {
          _ = try await store.database.async.write { transaction in
            try transaction.queue.enqueue([NewQueueItem(kind: "task")])
          }
        } else {
          _ = try await store.database.async.read { transaction in
            try transaction.fetchOne(sql: "SELECT count(*) FROM queue_items") {
              try $0.value(at: 0, as: Int.self)
            }
          }
        }
      }
    }
    for task in tasks.suffix(4) { task.cancel() }
    for task in tasks { _ = await task.result }
    return tasks.count
  }
}
