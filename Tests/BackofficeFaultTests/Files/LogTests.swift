import Backoffice
import Foundation
import Testing

@Suite("Logs that are missing or misplaced, and disks that refuse to open")
struct LogTests {
  /// The files of a store whose process died after its last commits: nothing was moved out of the
  /// log but what `checkpointed` customers needed.
  private func crashed(_ place: Workplace, checkpointed: Int, logged: Int) throws {
    let store = try BackofficeStore(.file(place.path))
    for index in 0..<(checkpointed + logged) {
      if index == checkpointed { try store.database.checkpoint(.truncate) }
      _ = try store.customers.create(
        NewCustomer(
          fullName: String(repeating: "C", count: 100), email: "c\(index)@example.com"))
    }
    if logged == 0 { try store.database.checkpoint(.truncate) }
    let left = try place.contents()
    store.close()
    try place.load(left)
  }

  private func customers(_ place: Workplace) throws -> Int {
    let store = try BackofficeStore(.file(place.path))
    defer { store.close() }
    #expect(try store.check() == [])
    #expect(try store.database.verify() == [])
    return try store.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM customers") { try $0.value(at: 0) } ?? 0
    }
  }

  @Test("Without its shared memory a file opens, and its log is played")
  func missingIndex() throws {
    let place = try Workplace()
    try crashed(place, checkpointed: 2, logged: 3)
    #expect(!FileManager.default.fileExists(atPath: place.path + "-shm"))
    #expect(try customers(place) == 5)
  }

  @Test("Without its log a file opens as the last checkpoint left it")
  func missingLog() throws {
    let place = try Workplace()
    try crashed(place, checkpointed: 2, logged: 3)
    try FileManager.default.removeItem(atPath: place.path + "-wal")
    #expect(try customers(place) == 2)
  }

  @Test("The log of another store is refused before it is played, and nothing is lost")
  func foreignLog() throws {
    let ours = try Workplace()
    let theirs = try Workplace()
    try crashed(ours, checkpointed: 2, logged: 0)
    try crashed(theirs, checkpointed: 0, logged: 60)
    try FileManager.default.removeItem(atPath: ours.path + "-wal")
    try FileManager.default.copyItem(atPath: theirs.path + "-wal", toPath: ours.path + "-wal")
    let before = try ours.contents()
    for location in [Database.Location.file(ours.path), .readOnly(ours.path)] {
      let error = #expect(throws: StorageError.self) { try BackofficeStore(location) }
      #expect(error == .cannotOpen(path: ours.path, reason: .foreignLog))
      #expect(error?.description.contains("move the -wal file away") == true)
    }
    #expect(try ours.contents() == before)
    try FileManager.default.removeItem(atPath: ours.path + "-wal")
    #expect(try customers(ours) == 2)
  }

  @Test("A backup copied over a store whose log was left behind is refused, not mixed with it")
  func copiedOver() throws {
    let place = try Workplace()
    let copies = try Workplace()
    let store = try BackofficeStore(.file(place.path))
    _ = try store.customers.create(NewCustomer(fullName: "A", email: "a@example.com"))
    try store.database.checkpoint(.truncate)
    try store.database.backUp(to: copies.path)
    for index in 0..<60 {
      _ = try store.customers.create(NewCustomer(fullName: "B", email: "b\(index)@example.com"))
    }
    let left = try place.contents()
    store.close()
    try place.load(left)
    try FileManager.default.removeItem(atPath: place.path)
    try FileManager.default.copyItem(atPath: copies.path, toPath: place.path)
    let error = #expect(throws: StorageError.self) { try BackofficeStore(.file(place.path)) }
    #expect(error == .cannotOpen(path: place.path, reason: .foreignLog))
  }

  @Test("The log of another page size is refused")
  func otherPageSize() throws {
    let ours = try Workplace()
    let theirs = try Workplace()
    try crashed(ours, checkpointed: 1, logged: 0)
    let database = try Database(.file(theirs.path)) { maintenance in
      try maintenance.executeScript(
        "PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM; PRAGMA journal_mode = WAL;"
          + "CREATE TABLE a (b); INSERT INTO a VALUES (1);")
    }
    let log = try theirs.contents()["office.sqlite-wal"]
    database.close()
    try #require(log).write(to: URL(fileURLWithPath: ours.path + "-wal"))
    let error = #expect(throws: StorageError.self) { try BackofficeStore(.file(ours.path)) }
    #expect(error == .cannotOpen(path: ours.path, reason: .foreignLog))
  }

  /// Opens the store on a disk that refuses from the first operation on.
  private func refusal(_ kind: Fault.Kind, of place: Workplace) throws -> StorageError {
    place.files.arm(Fault(kind: kind, operation: 0, isPersistent: true))
    defer { place.files.disarm() }
    var configuration = BackofficeStore.Configuration()
    configuration.database = place.configuration()
    let error = #expect(throws: StorageError.self) {
      try BackofficeStore(.file(place.path), configuration: configuration)
    }
    #expect(place.files.openFiles == 0)
    return try #require(error)
  }

  @Test("A full disk at opening is named, and the file is whole once there is room")
  func fullDisk() throws {
    let place = try Workplace()
    let new = try refusal(.diskFull, of: place)
    #expect(new == .cannotOpen(path: place.path, reason: .diskFull))
    #expect(new.description.contains("the disk is full; free disk space and try again"))
    try crashed(place, checkpointed: 2, logged: 3)
    let old = try refusal(.diskFull, of: place)
    #expect(old == .cannotOpen(path: place.path, reason: .diskFull))
    #expect(try customers(place) == 5)
  }

  @Test("A file system that refuses locks, as network file systems do, is named")
  func locks() throws {
    let place = try Workplace()
    try crashed(place, checkpointed: 2, logged: 3)
    let error = try refusal(.locking, of: place)
    guard case .cannotOpen(place.path, .locksUnsupported) = error else {
      Issue.record("expected locksUnsupported, got \(error)")
      return
    }
    #expect(error.description.contains("does not support locks"))
    #expect(error.description.contains("move it to a local disk"))
    #expect(try customers(place) == 5)
  }
}
