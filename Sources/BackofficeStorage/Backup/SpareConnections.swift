import CBackofficeSQLite
import Synchronization

/// Connections of closed copies of a template, ready to be copies of it again.
///
/// What a new copy costs is nearly all SQLite's reading of the schema, which such a connection has
/// behind it.
final class SpareConnections: Sendable {
  /// A handle without an owner.
  ///
  /// @unchecked Sendable: nobody uses it before one thread takes it out.
  @safe
  struct Spare: @unchecked Sendable {
    let handle: OpaquePointer
  }

  private let limit: Int
  private let spares = Mutex<[Spare]>([])
  private let columns = Mutex<[String: [TableColumn]]>([:])

  init(limit: Int) { self.limit = limit }

  deinit {
    for spare in spares.withLock({ $0 }) { unsafe sqlite3_close_v2(spare.handle) }
  }

  var count: Int { spares.withLock { $0.count } }

  func take() -> Spare? { spares.withLock { $0.popLast() } }

  /// Whether the spare is kept.
  func keep(_ spare: Spare) -> Bool {
    spares.withLock { spares in
      guard spares.count < limit else { return false }
      spares.append(spare)
      return true
    }
  }

  /// The columns of a table of the template, found out once.
  func columns(of table: String, finding find: () throws -> [TableColumn]) rethrows
    -> [TableColumn]
  {
    if let known = columns.withLock({ $0[table] }) { return known }
    let found = try find()
    columns.withLock { $0[table] = found }
    return found
  }
}

extension Connection {
  /// Makes what the connection holds a fresh copy of its template, for the next one to take.
  ///
  /// False for a connection that is not as it was: statements that still run, another schema, an
  /// attached or temporary database, settings that the program has changed. The handle is the
  /// caller's to close then.
  func passOn() -> Bool {
    guard let template, !isChangedForGood, !isInTransaction, isAutocommit,
      let version = try? pragmaText("schema_version"), version == template.schemaVersion
    else { return false }
    unsafe slots.removeAll()
    cache.removeAll()
    guard unsafe sqlite3_next_stmt(handle, nil) == nil, unsafe sqlite3_db_name(handle, 2) == nil,
      unsafe sqlite3_db_readonly(handle, "temp") < 0
    else { return false }
    unsafe sqlite3_preupdate_hook(handle, nil, nil)
    unsafe sqlite3_set_authorizer(handle, nil, nil)
    unsafe sqlite3_busy_handler(handle, nil, nil)
    unsafe sqlite3_set_last_insert_rowid(handle, 0)
    let code = unsafe template.bytes.withUnsafeBytes { bytes in
      unsafe backoffice_overwrite_memory(handle, bytes.baseAddress, Int64(bytes.count))
    }
    return unsafe code == SQLITE_OK && template.spares.keep(SpareConnections.Spare(handle: handle))
  }
}
