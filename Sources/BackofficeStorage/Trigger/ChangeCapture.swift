import CBackofficeSQLite

/// Captures the rows that statements change, with SQLite's preupdate hook.
///
/// Only changes that a trigger runs for are captured, and only the columns that those triggers
/// read. See <https://www.sqlite.org/c3ref/preupdate_blobwrite.html>.
@safe
final class ChangeCapture {
  /// The state that changes with each row.
  ///
  /// It is behind a pointer, because the exclusivity checks of class properties would cost more
  /// than the copy of a row.
  @safe
  struct State {
    var tables: [WatchedTable] = []
    var buffer = ChangeBuffer()
    /// Empty buffers, kept for reuse; one for each level of triggers.
    var spares: [ChangeBuffer] = []
    /// The result code of a failure in the hook, which cannot throw.
    var failure: Int32 = SQLITE_OK
    /// The row whose new values are read when the change has been made.
    var pending: PendingRow?
    /// Whether a captured value may be a missing one.
    var isIncomplete = false
    /// The compared columns that the current update changes, one bit each.
    var changed = GrowingArray<UInt64>(capacity: 1)
    /// Whether the database stores text as UTF-8.
    var isUTF8 = true
    /// The most recently changed tables, by the address of their names.
    var recent: [(name: UnsafePointer<CChar>?, table: Int)] = unsafe Array(
      repeating: (nil, -1), count: recentCount)
    /// The number of changes that `atCommit` triggers have received in this transaction.
    var collected = 0
    /// How often contributions were flushed inside a savepoint.
    var flushes = 0
    /// Whether `atCommit` triggers may have collected contributions.
    var hasCollected = false
    /// The plans for statements with known assigned columns, by number.
    var updates: [TableUpdate] = []
    /// The number of the running statement's update plan, or -1.
    var update = -1
    /// The switches that are on, one bit each.
    var switches: UInt64 = 0
    /// Whether a statement changed a table that cached values depend on.
    var hasSettingsChange = false
    /// The queues of the `atCommit` triggers.
    var queues: [AtCommitQueue] = []
  }

  /// The number of values of ``slot(of:)``.
  private static let recentCount = 64
  private static let probeCount = 4

  let triggers: [Trigger]
  let beforeActions: [ObjectIdentifier: [any BeforeAction]]
  let state: UnsafeMutablePointer<State>
  private(set) var isRegistered = false
  private var tableIndex: [SchemaName: Int] = [:]
  /// The numbers of the update plans, by assigned columns.
  var assignments: [Assignment: Int] = [:]
  var recorder = AssignmentRecorder()
  /// The switches of all triggers, in the order of their bits; at most 64.
  private(set) var switches: [RuleSwitch] = []
  /// Whether plans were made; not while a new file is migrated, which has no tables to watch.
  var hasPlans = false
  /// Whether the schema may differ from the one that the plans were made for.
  var isSchemaSuspect = false
  /// The value of `PRAGMA schema_version` for which the plans were made.
  var schemaVersion: Int64?
  /// Whether the running transaction changed the schema.
  private var hasSchemaChange = false
  /// The tables that cached values depend on.
  private var settingsTables: Set<SchemaName> = []

  init(triggers: [Trigger]) {
    self.triggers = triggers
    var actions: [ObjectIdentifier: [any BeforeAction]] = [:]
    for case .before(let action) in triggers.map(\.action) {
      actions[action.recordType, default: []].append(action)
    }
    beforeActions = actions
    for ruleSwitch in triggers.flatMap({ $0.conditions.flatMap(\.switches) })
    where !switches.contains(ruleSwitch) {
      switches.append(ruleSwitch)
      settingsTables.formUnion(ruleSwitch.tables.map { SchemaName($0) })
    }
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: State())
  }

  deinit {
    forgetUpdatePlans()
    forgetTables()
    unsafe state.pointee.changed.deallocate()
    unsafe state.pointee.buffer.deallocate()
    for spare in unsafe state.pointee.spares { spare.deallocate() }
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  func register(on database: OpaquePointer) {
    isRegistered = true
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_preupdate_hook(
      database,
      { context, database, operation, schema, table, oldKey, newKey in
        guard let context = unsafe context, let table = unsafe table else { return }
        // Only "main": triggers do not watch temporary or attached databases.
        guard let schema = unsafe schema, unsafe strcmp(schema, "main") == 0 else { return }
        let capture = unsafe Unmanaged<ChangeCapture>.fromOpaque(context)
        unsafe capture._withUnsafeGuaranteedRef { capture in
          unsafe capture.record(
            database, operation: operation, table: table, oldKey: oldKey, newKey: newKey)
        }
      }, context)
    unsafe observeAssignments(on: database)
  }

  /// Returns the index of the table whose name SQLite passed to the hook.
  func index(of name: UnsafePointer<CChar>) -> Int {
    // SQLite passes the schema's own string, so a table's name usually has the same address. The
    // text is compared because an address may be reused after a schema change.
    let first = unsafe Self.slot(of: name)
    for step in 0..<Self.probeCount {
      let slot = (first + step) & (Self.recentCount - 1)
      let (recent, table) = unsafe state.pointee.recent[slot]
      if unsafe recent == name {
        if unsafe strcmp(state.pointee.tables[table].cName, name) == 0 { return table }
        return unsafe remember(name, in: slot)
      }
      if unsafe recent == nil { return unsafe remember(name, in: slot) }
    }
    return unsafe remember(name, in: first)
  }

  private func remember(_ name: UnsafePointer<CChar>, in slot: Int) -> Int {
    let index = unsafe self.index(named: String(cString: name))
    unsafe state.pointee.recent[slot] = unsafe (name, index)
    return index
  }

  private static func slot(of name: UnsafePointer<CChar>) -> Int {
    // Fibonacci hashing, because addresses of allocations of the same size differ in few bits.
    let hash = UInt64(UInt(bitPattern: name)) &* 0x9e37_79b9_7f4a_7c15
    return Int(hash >> 58)
  }

  /// The index of a table, or -1 if it has neither changed nor triggers.
  func index(of name: SchemaName) -> Int { tableIndex[name] ?? -1 }

  func index(named name: String) -> Int {
    let key = SchemaName(name)
    if let index = tableIndex[key] { return index }
    let length = name.utf8.count + 1
    let cName = UnsafeMutablePointer<CChar>.allocate(capacity: length)
    for (index, byte) in name.utf8CString.enumerated() where index < length {
      unsafe (cName + index).initialize(to: byte)
    }
    let index = unsafe state.pointee.tables.count
    unsafe state.pointee.tables.append(
      unsafe WatchedTable(
        name: name, cName: cName, isSetting: settingsTables.contains(key)))
    tableIndex[key] = index
    return index
  }

  /// Removes all tables and their plans.
  func forgetTables() {
    for table in unsafe state.pointee.tables { unsafe table.cName.deallocate() }
    unsafe state.pointee.tables.removeAll()
    tableIndex.removeAll()
    for index in 0..<Self.recentCount { unsafe state.pointee.recent[index] = (nil, -1) }
  }

  // MARK: Settings

  /// Registers a table that a cached value depends on.
  func watchSettings(of table: String) {
    guard settingsTables.insert(SchemaName(table)).inserted else { return }
    unsafe state.pointee.tables[index(named: table)].isSetting = true
  }

  /// Returns whether a table that cached values depend on has changed since the last call.
  func takeSettingsChange() -> Bool {
    guard unsafe state.pointee.hasSettingsChange else { return false }
    unsafe state.pointee.hasSettingsChange = false
    return true
  }

  /// Records that a statement changes the schema.
  func schemaChanges() {
    isSchemaSuspect = true
    hasSchemaChange = true
  }

  /// Records that changes of the running transaction were undone.
  func schemaRolledBack() {
    guard hasSchemaChange else { return }
    isSchemaSuspect = true
    // The next change of the schema takes the number of the one that was undone.
    schemaVersion = nil
  }

  func set(switch index: Int, _ isOn: Bool) {
    let bit: UInt64 = 1 << UInt64(index)
    if isOn {
      unsafe state.pointee.switches |= bit
    } else {
      unsafe state.pointee.switches &= ~bit
    }
  }

  /// Resets the state of the previous transaction.
  func startTransaction() {
    for index in unsafe state.pointee.tables.indices {
      unsafe state.pointee.tables[index].wasTouched = false
    }
    unsafe state.pointee.collected = 0
    if flushes > 0 {
      truncateCollected(to: FlushMark())
      flushes = 0
    }
    hasCollected = false
    hasSchemaChange = false
  }

  /// The tables whose rows the transaction changed.
  var touchedTables: Set<String> {
    unsafe Set(state.pointee.tables.lazy.filter(\.wasTouched).map(\.name))
  }

  // MARK: Buffer

  func mark() -> Int {
    finishPending()
    return unsafe state.pointee.buffer.entries.count
  }

  /// Returns the current position, and selects the update plan of a statement that is about to run.
  func mark(for statement: PreparedStatement) -> Int {
    unsafe state.pointee.update = statement.update
    return mark()
  }

  func hasChanges(since mark: Int) -> Bool {
    finishPending()
    return unsafe state.pointee.buffer.entries.count > mark || state.pointee.failure != SQLITE_OK
  }

  func truncate(to mark: Int) {
    if let pending = unsafe state.pointee.pending {
      unsafe state.pointee.buffer.discard(pending.entry)
      unsafe state.pointee.pending = nil
    }
    unsafe state.pointee.buffer.truncate(entries: mark)
    unsafe state.pointee.failure = SQLITE_OK
  }

  /// Takes the changes since `mark` out of the buffer.
  ///
  /// Earlier changes belong to a statement that is still returning rows; its triggers run when it
  /// ends.
  func take(since mark: Int) throws -> ChangeBuffer {
    let failure = unsafe state.pointee.failure
    unsafe state.pointee.failure = SQLITE_OK
    if failure != SQLITE_OK {
      unsafe state.pointee.buffer.truncate(entries: mark)
      throw SQLiteError(
        code: ResultCode(rawValue: failure), message: "a changed row could not be captured",
        operation: .step)
    }
    var taken = unsafe state.pointee.spares.popLast() ?? ChangeBuffer()
    if mark > 0 {
      unsafe state.pointee.buffer.split(at: mark, into: &taken)
    } else {
      unsafe swap(&taken, &state.pointee.buffer)
    }
    return taken
  }

  /// The number of empty buffers that are kept.
  var spareCount: Int { unsafe state.pointee.spares.count }

  /// Keeps the memory of a buffer for reuse.
  func reuse(_ spent: consuming ChangeBuffer) {
    spent.truncate(entries: 0)
    unsafe state.pointee.spares.append(spent)
  }
}
