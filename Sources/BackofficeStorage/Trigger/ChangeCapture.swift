import CBackofficeSQLite

/// Collects, through SQLite's preupdate hook, every row that a statement changes.
///
/// Only the tables that rules watch are copied, and only the columns that those rules read. See
/// <https://www.sqlite.org/c3ref/preupdate_blobwrite.html>.
@safe
final class ChangeCapture {
  /// A table that was changed or is watched.
  struct WatchedTable {
    let name: String
    var wasTouched = false
    var watch: Watch?
  }

  /// Which columns of a table are copied, and for whom.
  struct Watch {
    /// Positions in the table, ascending.
    var columns: [Int32] = []
    var rules: [Rule] = []
  }

  /// An installed `after` or `atCommit` trigger.
  ///
  /// A class, so that looking at a rule that does not apply costs one reference.
  final class Rule {
    let trigger: Trigger
    /// The events of the trigger, a bit each: asked for every rule of every changed row.
    let events: UInt8
    /// Position of each column of the rule's row among the copied ones.
    let positions: [Int]
    /// Positions of the observed columns among the copied ones; nil for any change.
    let observed: [Int]?
    let queue: Int?

    init(trigger: Trigger, positions: [Int], observed: [Int]?, queue: Int?) {
      self.trigger = trigger
      events = trigger.events.reduce(0) { $0 | $1.bit }
      self.positions = positions
      self.observed = observed
      self.queue = queue
    }
  }

  let triggers: [Trigger]
  let beforeActions: [ObjectIdentifier: [any BeforeAction]]
  var tables: [WatchedTable] = []
  var queues: [AtCommitQueue] = []
  private var tableIndex: [String: Int] = [:]
  private var lastName: UnsafePointer<CChar>?
  private var lastTable = -1
  private(set) var buffer = ChangeBuffer()
  private var spare = ChangeBuffer()
  /// What went wrong inside the hook, where nothing can be thrown.
  private var hookFailure: Int32 = SQLITE_OK

  init(triggers: [Trigger]) {
    self.triggers = triggers
    var actions: [ObjectIdentifier: [any BeforeAction]] = [:]
    for case .before(let action) in triggers.map(\.action) {
      actions[action.recordType, default: []].append(action)
    }
    beforeActions = actions
  }

  deinit { buffer.truncate(entries: 0) }

  func register(on database: OpaquePointer) {
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_preupdate_hook(
      database,
      { context, database, operation, schema, table, _, _ in
        guard let context = unsafe context, let table = unsafe table else { return }
        let capture = unsafe Unmanaged<ChangeCapture>.fromOpaque(context).takeUnretainedValue()
        // "main" only: nothing in a temporary or attached database is the store's.
        guard let schema = unsafe schema, unsafe schema.pointee == 0x6d else { return }
        unsafe capture.record(database: database, operation: operation, table: table)
      }, context)
  }

  private func record(
    database: OpaquePointer?, operation: Int32, table name: UnsafePointer<CChar>
  ) {
    let index = unsafe self.index(of: name)
    tables[index].wasTouched = true
    guard let columns = tables[index].watch?.columns else { return }
    let event: Trigger.Event =
      switch operation {
      case SQLITE_INSERT: .insert
      case SQLITE_DELETE: .delete
      default: .update
      }
    let start = unsafe buffer.values.count
    buffer.entries.append(ChangeEntry(table: index, event: event, start: start))
    for column in columns {
      unsafe buffer.values.append(
        event == .insert ? nil : copy { unsafe sqlite3_preupdate_old(database, column, $0) })
    }
    for column in columns {
      unsafe buffer.values.append(
        event == .delete ? nil : copy { unsafe sqlite3_preupdate_new(database, column, $0) })
    }
  }

  private func copy(
    _ read: (UnsafeMutablePointer<OpaquePointer?>) -> Int32
  ) -> OpaquePointer? {
    var value: OpaquePointer?
    let code = unsafe read(&value)
    guard code == SQLITE_OK, let value = unsafe value else {
      hookFailure = code
      return nil
    }
    let copy = unsafe sqlite3_value_dup(value)
    if unsafe copy == nil { hookFailure = SQLITE_NOMEM }
    return unsafe copy
  }

  private func index(of name: UnsafePointer<CChar>) -> Int {
    // SQLite hands out the schema's own string, so the same table mostly has the same address; the
    // text is compared because an address may be used again after a schema change.
    if unsafe name == lastName, lastTable >= 0 { return lastTable }
    let text = unsafe String(cString: name)
    let index = index(named: text)
    unsafe lastName = unsafe name
    lastTable = index
    return index
  }

  private func index(named name: String) -> Int {
    if let index = tableIndex[name] { return index }
    tables.append(WatchedTable(name: name))
    tableIndex[name] = tables.count - 1
    return tables.count - 1
  }

  /// Forgets addresses of names; the schema changed.
  func forgetNames() {
    unsafe lastName = nil
    lastTable = -1
  }

  /// Forgets which tables the last transaction changed.
  func startTransaction() {
    for index in tables.indices { tables[index].wasTouched = false }
  }

  /// The tables that the transaction changed, as far as their rows go.
  var touchedTables: Set<String> {
    Set(tables.lazy.filter(\.wasTouched).map(\.name))
  }

  // MARK: Buffer

  func mark() -> Int { buffer.entries.count }

  func hasChanges(since mark: Int) -> Bool {
    buffer.entries.count > mark || hookFailure != SQLITE_OK
  }

  func truncate(to mark: Int) {
    buffer.truncate(entries: mark)
    hookFailure = SQLITE_OK
  }

  /// Hands over what came since `mark`, and starts anew.
  ///
  /// Older changes are those of a statement that is still giving rows, whose rules run at its end.
  func take(since mark: Int) throws -> ChangeBuffer {
    let failure = hookFailure
    hookFailure = SQLITE_OK
    if failure != SQLITE_OK {
      buffer.truncate(entries: mark)
      throw SQLiteError(
        code: ResultCode(rawValue: failure), message: "a changed row could not be captured",
        operation: .step)
    }
    if mark > 0 { return buffer.split(at: mark) }
    let taken = buffer
    buffer = spare
    spare = ChangeBuffer()
    return taken
  }

  /// Takes a spent buffer back, for its memory.
  func giveBack(_ spent: consuming ChangeBuffer) {
    spent.truncate(entries: 0)
    spare = spent
  }

  // MARK: Installing

  /// Works out which columns to copy, from the tables as they are now.
  ///
  /// - Throws: ``StorageError/triggerTarget(trigger:reason:)`` when a table or column is missing.
  func install(columnsOf: (String) throws -> [String]) throws {
    tables.removeAll()
    tableIndex.removeAll()
    queues.removeAll()
    forgetNames()
    let watching = triggers.filter { $0.timing != .before }
    var seen: [String] = []
    for trigger in watching where !seen.contains(trigger.table) { seen.append(trigger.table) }
    for table in seen {
      let physical = try columnsOf(table)
      let mine = watching.filter { $0.table == table }
      var needed: Set<Int32> = []
      var rules: [(Trigger, [Int32], [Int32]?)] = []
      for trigger in mine {
        func position(_ column: String) throws -> Int32 {
          guard let position = physical.firstIndex(of: column) else {
            throw StorageError.triggerTarget(
              trigger: trigger.name,
              reason: physical.isEmpty
                ? "there is no table \(table)" : "table \(table) has no column \(column)")
          }
          return Int32(position)
        }
        let row = try trigger.rowColumns.map(position)
        let observed = try trigger.observedColumns.map { try $0.map(position) }
        needed.formUnion(row)
        if let observed { needed.formUnion(observed) }
        rules.append((trigger, row, observed))
      }
      let columns = needed.sorted()
      var watch = Watch(columns: columns)
      for (trigger, row, observed) in rules {
        var queue: Int?
        if case .atCommit(let make) = trigger.action {
          queues.append(make())
          queue = queues.count - 1
        }
        func place(_ column: Int32) -> Int { columns.firstIndex(of: column) ?? 0 }
        watch.rules.append(
          Rule(
            trigger: trigger, positions: row.map(place), observed: observed?.map(place),
            queue: queue))
      }
      tables[index(named: table)].watch = watch
    }
  }
}
