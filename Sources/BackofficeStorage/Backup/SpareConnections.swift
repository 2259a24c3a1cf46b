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
  private let layouts = Mutex<[SchemaName: TableLayout]>([:])

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

  /// The layouts of tables of the template, looked up once.
  func layouts(
    of tables: [String], finding find: ([String]) throws -> [SchemaName: TableLayout]
  ) rethrows -> [SchemaName: TableLayout] {
    let known = layouts.withLock { $0 }
    let missing = tables.filter { known[SchemaName($0)] == nil }
    if missing.isEmpty { return known }
    let found = try find(missing)
    return layouts.withLock { layouts in
      layouts.merge(found) { _, new in new }
      return layouts
    }
  }
}
