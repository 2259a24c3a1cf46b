import BackofficeStorage
import BackofficeTestSupport
import Testing

@Suite("Write-ahead log")
struct WriteAheadLogTests {
  func database(
    _ file: TemporaryFile, events: Recorder<StorageEvent>,
    configure: (inout Database.Configuration) -> Void = { _ in }
  ) throws -> Database {
    var configuration = Database.Configuration()
    configuration.onEvent = { events.add($0) }
    configure(&configuration)
    return try Database(.file(file.path), configuration: configuration) {
      try $0.executeScript(Item.schema)
    }
  }

  func write(_ count: Int, to database: Database) throws {
    for _ in 0..<count {
      try database.write { try $0.log(String(repeating: "x", count: 2000)) }
    }
  }

  @Test("The log is checkpointed when it is due, and does not grow without limit")
  func checkpoints() throws {
    let file = try TemporaryFile()
    let events = Recorder<StorageEvent>()
    let database = try database(file, events: events) { $0.checkpointPages = 20 }
    try write(300, to: database)
    let moved = events.all.contains { event in
      if case .checkpoint(_, let moved, _) = event { moved > 0 } else { false }
    }
    #expect(moved)
    #expect(file.size(of: "-wal") < 1_000_000)
  }

  @Test("A log over its limit is truncated when no reader needs it")
  func cuts() throws {
    let file = try TemporaryFile()
    let events = Recorder<StorageEvent>()
    let database = try database(file, events: events) {
      $0.checkpointPages = 4
      $0.writeAheadLogLimitBytes = 40_000
    }
    try write(100, to: database)
    #expect(file.size(of: "-wal") < 200_000)
    #expect(database.metrics.writeAheadLogBytes < 200_000)
  }

  @Test("A long read makes the log grow, and a few events name it")
  func stuckReader() throws {
    let file = try TemporaryFile()
    let events = Recorder<StorageEvent>()
    let database = try database(file, events: events) {
      $0.checkpointPages = 4
      $0.writeAheadLogLimitBytes = 40_000
    }
    try write(1, to: database)
    try database.read(named: "the yearly report") { transaction in
      _ = try transaction.fetchOne(sql: "SELECT count(*) FROM log") { row in
        try row.value(at: 0, as: Int.self)
      }
      let thread = TestThread { try? write(100, to: database) }
      thread.join()
      #expect(database.metrics.oldestRead?.name == "the yearly report")
    }
    let alarms = events.all.compactMap { event -> ReadInProgress? in
      if case .writeAheadLogOverLimit(_, _, let oldest) = event { oldest } else { nil }
    }
    #expect(alarms.first?.name == "the yearly report")
    #expect((1...8).contains(alarms.count))
    try write(1, to: database)
    #expect(file.size(of: "-wal") < 200_000)
  }

  @Test("A truncating checkpoint empties the log")
  func onRequest() throws {
    let file = try TemporaryFile()
    let database = try database(file, events: Recorder())
    try write(10, to: database)
    #expect(try !database.checkpoint(.truncate).isBusy)
    #expect(file.size(of: "-wal") == 0)
  }

  @Test("Slow statements and long transactions are reported, without values")
  func slow() throws {
    let file = try TemporaryFile()
    let events = Recorder<StorageEvent>()
    let database = try database(file, events: events) {
      $0.slowStatement = .zero
      $0.longTransaction = .zero
    }
    try database.write(as: Principal(kind: .staff, id: "ada"), reason: "import") {
      try $0.log("secret")
    }
    let texts = events.all.map { "\($0)" }
    #expect(texts.contains { $0.contains("INSERT INTO log") })
    #expect(!texts.contains { $0.contains("secret") })
    let long = events.all.contains { event in
      if case .longTransaction(let who, let why, _) = event {
        who.id == "ada" && why == "import"
      } else {
        false
      }
    }
    #expect(long)
  }

  @Test("A slow write of a record is reported like any statement")
  func slowRecord() throws {
    let file = try TemporaryFile()
    let events = Recorder<StorageEvent>()
    let database = try database(file, events: events) { $0.slowStatement = .zero }
    try database.write { transaction in
      try transaction.insert(Item(id: transaction.makeID(), name: "secret", amount: 1))
    }
    let texts = events.all.map { "\($0)" }
    #expect(texts.contains { $0.contains("INSERT INTO \\\"items\\\"") })
    #expect(!texts.contains { $0.contains("secret") })
  }
}

@Suite("Waiting for the writer")
struct BusyTests {
  @Test("A write that times out reports how long it waited, and who holds the writer")
  func writerBusy() throws {
    var configuration = Database.Configuration()
    configuration.busyTimeout = .milliseconds(40)
    let database = try Database.items(configuration: configuration)
    try database.write(as: Principal(kind: .importer, id: "nightly"), reason: "import") { _ in
      let errors = Recorder<String>()
      let thread = TestThread {
        do {
          try database.write { _ in }
        } catch {
          errors.add("\(error)")
        }
      }
      thread.join()
      let text = errors.all.first ?? ""
      #expect(text.hasPrefix("a write timed out after "))
      #expect(text.contains("held by importer:nightly (import) for "))
    }
    try database.write { _ in }
  }

  @Test("A write waits for the lock of another process, and then reports it")
  func otherProcess() throws {
    let file = try TemporaryFile()
    var configuration = Database.Configuration()
    configuration.busyTimeout = .milliseconds(60)
    let first = try Database(.file(file.path), configuration: configuration) {
      try $0.executeScript(Item.schema)
    }
    // Another Database value for the same file behaves like another process.
    let second = try Database(.file(file.path), configuration: configuration)
    try first.write { _ in
      let error = #expect(throws: StorageError.self) { try second.write { _ in } }
      guard case .busy(let waited, _, let holder) = error else {
        Issue.record("expected busy, got \(String(describing: error))")
        return
      }
      #expect(waited >= 50_000)
      #expect(waited < 5_000_000)
      #if os(Linux)
        #expect(holder?.isOwn == true)
        #expect(error?.description.contains("held by this process, process ") == true)
      #else
        #expect(holder == nil)
      #endif
    }
    try second.write { _ in }
  }
}
