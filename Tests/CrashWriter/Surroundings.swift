import Backoffice
import CBackofficeFaultVFS
import Foundation

/// What happens to a process around an open store: its folder changes, and it is forked.
enum Surroundings {
  /// Opens a store by a relative path, moves to the folder `other`, and says what it then reads.
  static func move(_ folder: String) throws {
    let manager = FileManager.default
    let other = folder + "/other"
    try manager.createDirectory(atPath: other, withIntermediateDirectories: true)
    try fill(other + "/office.sqlite", rows: 7).close()
    _ = manager.changeCurrentDirectoryPath(folder)
    let database = try fill("office.sqlite", rows: 1)
    _ = manager.changeCurrentDirectoryPath(other)
    let count = try database.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM t") { try $0.value(at: 0, as: Int.self) }
    }
    print("rows \(count ?? -1)")
    try database.backUp(to: "copy.sqlite")
    let copy = try Database(.readOnly(other + "/copy.sqlite"))
    let copied = try copy.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM t") { try $0.value(at: 0, as: Int.self) }
    }
    print("copied \(copied ?? -1)")
    print("path \(database.location.path == folder + "/office.sqlite")")
  }

  private static func fill(_ path: String, rows: Int) throws -> Database {
    let database = try Database(.file(path)) { maintenance in
      try maintenance.executeScript("CREATE TABLE t (a)")
    }
    try database.write { transaction in
      for row in 0..<rows { try transaction.execute(sql: "INSERT INTO t VALUES (?)", row) }
    }
    return database
  }

  /// Forks with an open store, and says what the child is told.
  static func fork(_ path: String) throws {
    let database = try fill(path, rows: 1)
    let status = faultvfs_fork_child()
    if status == FAULTVFS_IN_CHILD {
      var refusals = 0
      do { try database.write { _ in } } catch StorageError.forked { refusals += 1 } catch {}
      do { _ = try database.read { _ in } } catch StorageError.forked { refusals += 1 } catch {}
      do { try database.checkpoint() } catch StorageError.forked { refusals += 1 } catch {}
      database.close()
      _exit(Int32(refusals))
    }
    print("refused \(-1 - status)")
    try database.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") }
    let count = try database.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM t") { try $0.value(at: 0, as: Int.self) }
    }
    print("rows \(count ?? -1)")
  }
}
