import BackofficeTestSupport
import CBackofficeSQLite
import Foundation
import Testing

@testable import BackofficeStorage

/// 15, 20: one way to resolve and open a path.
@Suite("Paths")
struct PathTests {
  private func reason(_ body: () throws -> Void) -> OpenFailure? {
    let error = #expect(throws: StorageError.self) { try body() }
    guard case .cannotOpen(_, let reason) = error else { return nil }
    return reason
  }

  private func make(_ path: String, rows: Int = 1) throws -> Database {
    let database = try Database(.file(path)) { try $0.executeScript("CREATE TABLE t (a)") }
    try database.write { transaction in
      for row in 0..<rows { try transaction.execute(sql: "INSERT INTO t VALUES (?)", row) }
    }
    return database
  }

  private func count(_ database: Database) throws -> Int? {
    try database.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM t") { try $0.value(at: 0) }
    }
  }

  /// Every call that takes the path of a file.
  private static let calls: [@Sendable (String, TemporaryFile) throws -> Void] = [
    { path, _ in _ = try Database(.file(path)) }, { path, _ in _ = try Database(.readOnly(path)) },
    { path, _ in try Database.maintain(.file(path)) { _ in } },
    { path, _ in try Database.maintain(.readOnly(path)) { _ in } },
    { path, _ in _ = try Database.verify(path) },
    { path, _ in try Database(.memory).backUp(to: path) },
    { path, file in try Database.restore(from: path, to: file.path) },
    { path, file in
      try Database(.file(file.path)).backUp(to: file.path + ".copy")
      try Database.restore(from: file.path + ".copy", to: path)
    },
  ]

  @Test(
    "20: a text that is no path of a file is refused by every call with words", arguments: calls)
  func noPath(_ call: @Sendable (String, TemporaryFile) throws -> Void) throws {
    for path in ["", ":memory:", "a\0b"] {
      let file = try TemporaryFile()
      #expect(reason { try call(path, file) } == .notAPath)
    }
    let file = try TemporaryFile()
    #expect(
      reason { try call(file.folder.path + "/no/such.sqlite", file) } == .folderMissing)
    let long = file.folder.path + "/" + String(repeating: "x", count: 240)
    try FileManager.default.createDirectory(atPath: long, withIntermediateDirectories: true)
    for path in [
      long + "/" + String(repeating: "y", count: 240),
      file.path + String(repeating: "z", count: 300),
    ] {
      let other = try TemporaryFile()
      #expect(reason { try call(path, other) } == .pathTooLong(maximumBytes: 500))
    }
  }

  @Test("20: a name that looks like a URI is a name for every call")
  func uri() throws {
    for name in ["file:weird.db", "file:weird.db?mode=ro", "a%20b.db", "weird?mode=memory"] {
      let file = try TemporaryFile()
      let path = file.folder.path + "/" + name
      try make(path).close()
      #expect(FileManager.default.fileExists(atPath: path))
      #expect(try Database.verify(path) == [])
      let database = try Database(.readOnly(path))
      #expect(try count(database) == 1)
      try database.backUp(to: path + ".copy")
      try Database.restore(from: path + ".copy", to: file.path)
      #expect(try count(Database(.readOnly(file.path))) == 1)
    }
  }

  @Test("20: a symbolic link leads to its file, which is what a restore replaces")
  func links() throws {
    let file = try TemporaryFile()
    let manager = FileManager.default
    let link = file.folder.path + "/link.sqlite"
    let second = file.folder.path + "/second.sqlite"
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "test.sqlite")
    try manager.createSymbolicLink(atPath: second, withDestinationPath: link)
    // The file that the link names does not exist yet.
    let store = try make(second)
    #expect(store.location.path == file.path)
    try store.backUp(to: file.path + ".copy")
    try store.write { try $0.execute(sql: "DELETE FROM t") }
    store.close()
    try Database.restore(from: file.path + ".copy", to: second, replacing: true)
    #expect(try manager.destinationOfSymbolicLink(atPath: second) == link)
    #expect(try manager.destinationOfSymbolicLink(atPath: link) == "test.sqlite")
    #expect(try count(Database(.readOnly(file.path))) == 1)
    let loop = file.folder.path + "/loop"
    try manager.createSymbolicLink(atPath: loop, withDestinationPath: loop)
    guard case .refused = reason({ _ = try Database(.file(loop)) }) else {
      Issue.record("a loop of links is refused")
      return
    }
  }

  @Test("15: a file that was moved, removed or replaced is noticed by readers and writers")
  func replaced() throws {
    let changes: [(TemporaryFile) throws -> Void] = [
      { try FileManager.default.removeItem(atPath: $0.path) },
      { try FileManager.default.moveItem(atPath: $0.path, toPath: $0.path + ".old") },
      { file in
        try make(file.path + ".new", rows: 7).close()
        try FileManager.default.removeItem(atPath: file.path)
        try FileManager.default.moveItem(atPath: file.path + ".new", toPath: file.path)
      },
    ]
    for change in changes {
      let file = try TemporaryFile()
      let store = try make(file.path)
      try change(file)
      store.file.forgetCheck()
      // The first reader opens late.
      #expect(reason { _ = try count(store) } == .replaced)
      #expect(reason { try store.write { _ in } } == .replaced)
      #expect(reason { try store.checkpoint() } == .replaced)
      #expect(reason { try store.backUp(to: file.path + ".copy") } == .replaced)
    }
  }

  @Test("20: a file that another connection keeps for itself is refused with words")
  func exclusive() throws {
    let file = try TemporaryFile()
    try make(file.path).close()
    var other: OpaquePointer?
    defer { unsafe sqlite3_close_v2(other) }
    #expect(unsafe sqlite3_open(file.path, &other) == SQLITE_OK)
    #expect(
      unsafe sqlite3_exec(
        other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT",
        nil, nil, nil) == SQLITE_OK)
    var configuration = Database.Configuration()
    configuration.busyTimeout = .milliseconds(50)
    for location in [Database.Location.file(file.path), .readOnly(file.path)] {
      let error = #expect(throws: StorageError.self) {
        try Database(location, configuration: configuration)
      }
      #expect(error?.description.contains("lock") == true, "\(String(describing: error))")
    }
  }

  @Test("20: the target of a backup that exists is refused without naming an option it lacks")
  func existing() throws {
    let file = try TemporaryFile()
    let store = try make(file.path)
    let error = #expect(throws: StorageError.self) { try store.backUp(to: file.path) }
    #expect(error?.description.contains("allow it") == false)
  }
}
