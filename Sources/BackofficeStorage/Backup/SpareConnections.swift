import CBackofficeSQLite
import Synchronization

/// The connections of closed copies of a template, for reuse by new copies.
///
/// Almost all of the cost of a new copy is parsing the schema, which these connections have done.
final class SpareConnections: Sendable {
  /// A database handle that no connection owns.
  ///
  /// @unchecked Sendable: the handle is not used until one thread takes it.
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

  /// Keeps a handle, and returns false if the limit is reached.
  func keep(_ spare: Spare) -> Bool {
    spares.withLock { spares in
      guard spares.count < limit else { return false }
      spares.append(spare)
      return true
    }
  }

  /// The columns of a table of the template, looked up once.
  func columns(of table: String, finding find: () throws -> [TableColumn]) rethrows
    -> [TableColumn]
  {
    if let known = columns.withLock({ $0[table] }) { return known }
    let found = try find()
    columns.withLock { $0[table] = found }
    return found
  }
}
