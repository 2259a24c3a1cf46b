import CBackofficeSQLite

/// Collects, through SQLite's preupdate hook, every row that a statement changes.
///
/// Only changes that some rule runs for are copied, and of them only the columns that those rules
/// read. See <https://www.sqlite.org/c3ref/preupdate_blobwrite.html>.
@safe
final class ChangeCapture {
  /// What changes from row to row.
  ///
  /// Behind a pointer: the checks of exclusive access to a class's properties would cost more than
  /// the copy of a row.
  @safe
  struct State {
    var tables: [WatchedTable] = []
    var buffer = ChangeBuffer()
    /// Buffers whose changes are dealt with, kept for their memory; one for each level of rules.
    var spares: [ChangeBuffer] = []
    /// What went wrong inside the hook, where nothing can be thrown.
    var failure: Int32 = SQLITE_OK
    /// In which compared columns the update that is recorded differs, by their places, a bit each.
    var changed = GrowingArray<UInt64>(capacity: 1)
    /// Whether texts lie in the file as they are bound.
    var isUTF8 = true
    /// Tables by the address of their name, for those changed last.
    var recent: [(name: UnsafePointer<CChar>?, table: Int)] = unsafe Array(
      repeating: (nil, -1), count: recentCount)
    /// How many changes `atCommit` rules have been given in this transaction.
    var collected = 0
    /// Whether they may have kept something of them.
    var hasCollected = false
    /// The plans for statements whose assigned columns are known, by their numbers.
    var updates: [TableUpdate] = []
    /// The number of the running statement's plan, or -1.
    var update = -1
    /// Which switches are on, a bit each.
    var switches: UInt64 = 0
    /// Whether the running statement changed a table that something kept follows from.
    var hasSettingsChange = false
    /// What the `atCommit` rules have collected.
    var queues: [AtCommitQueue] = []
  }

  /// As many as ``slot(of:)`` tells apart.
  private static let recentCount = 64
  private static let probeCount = 4

  let triggers: [Trigger]
  let beforeActions: [ObjectIdentifier: [any BeforeAction]]
  let state: UnsafeMutablePointer<State>
  private(set) var isRegistered = false
  private var tableIndex: [String: Int] = [:]
  /// What statements assign: the numbers of their plans.
  var assignments: [Assignment: Int] = [:]
  var recorder = AssignmentRecorder()
  /// The switches of all rules, in the order of their bits; 64 at most.
  private(set) var switches: [RuleSwitch] = []
  /// Tables that something kept follows from.
  private var settingsTables: Set<String> = []

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
      settingsTables.formUnion(ruleSwitch.tables)
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
      { context, database, operation, schema, table, _, _ in
        guard let context = unsafe context, let table = unsafe table else { return }
        // "main" only: nothing in a temporary or attached database is the store's.
        guard let schema = unsafe schema, unsafe schema.pointee == 0x6d else { return }
        let capture = unsafe Unmanaged<ChangeCapture>.fromOpaque(context)
        unsafe capture._withUnsafeGuaranteedRef { capture in
          unsafe capture.record(database, operation: operation, table: table)
        }
      }, context)
    unsafe observeAssignments(on: database)
  }

  /// The table whose name the hook was given.
  func index(of name: UnsafePointer<CChar>) -> Int {
    // SQLite hands out the schema's own string, so a table mostly has the same address; the text is
    // compared because an address may be used again after a schema change.
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
    // Fibonacci hashing: addresses of one size of allocation differ in few bits.
    let hash = UInt64(UInt(bitPattern: name)) &* 0x9e37_79b9_7f4a_7c15
    return Int(hash >> 58)
  }

  func index(named name: String) -> Int {
    if let index = tableIndex[name] { return index }
    let length = name.utf8.count + 1
    let cName = UnsafeMutablePointer<CChar>.allocate(capacity: length)
    for (index, byte) in name.utf8CString.enumerated() where index < length {
      unsafe (cName + index).initialize(to: byte)
    }
    let index = unsafe state.pointee.tables.count
    unsafe state.pointee.tables.append(
      unsafe WatchedTable(
        name: name, cName: cName, isSetting: settingsTables.contains(name)))
    tableIndex[name] = index
    return index
  }

  /// Forgets all tables, and who watches them.
  func forgetTables() {
    for table in unsafe state.pointee.tables { unsafe table.cName.deallocate() }
    unsafe state.pointee.tables.removeAll()
    tableIndex.removeAll()
    for index in 0..<Self.recentCount { unsafe state.pointee.recent[index] = (nil, -1) }
  }

  // MARK: Settings

  /// Notes that something kept follows from a table.
  func watchSettings(of table: String) {
    guard settingsTables.insert(table).inserted else { return }
    unsafe state.pointee.tables[index(named: table)].isSetting = true
  }

  /// Whether a table that something kept follows from was changed since the last call.
  func takeSettingsChange() -> Bool {
    guard unsafe state.pointee.hasSettingsChange else { return false }
    unsafe state.pointee.hasSettingsChange = false
    return true
  }

  func set(switch index: Int, _ isOn: Bool) {
    let bit: UInt64 = 1 << UInt64(index)
    if isOn {
      unsafe state.pointee.switches |= bit
    } else {
      unsafe state.pointee.switches &= ~bit
    }
  }

  /// Forgets which tables the last transaction changed.
  func startTransaction() {
    for index in unsafe state.pointee.tables.indices {
      unsafe state.pointee.tables[index].wasTouched = false
    }
    unsafe state.pointee.collected = 0
    hasCollected = false
  }

  // MARK: What is due at the commit

  var hasCollected: Bool {
    get { unsafe state.pointee.hasCollected }
    set { unsafe state.pointee.hasCollected = newValue }
  }

  var queues: [AtCommitQueue] { unsafe state.pointee.queues }

  /// How many changes the `atCommit` rules have been given; a savepoint remembers it.
  var collected: Int { unsafe state.pointee.collected }

  /// Tells a rule of a change; `mark` is how many had come when the innermost scope began.
  func collect(_ change: borrowing CapturedChange, in queue: Int, since mark: Int) throws {
    unsafe state.pointee.collected += 1
    hasCollected = true
    try queues[queue].collect(change, number: collected, since: mark)
  }

  /// Forgets what the rules collected since `mark`.
  func truncateCollected(to mark: Int) {
    guard hasCollected else { return }
    for queue in queues { queue.truncate(after: mark) }
  }

  /// The tables that the transaction changed, as far as their rows go.
  var touchedTables: Set<String> {
    unsafe Set(state.pointee.tables.lazy.filter(\.wasTouched).map(\.name))
  }

  // MARK: Buffer

  func mark() -> Int { unsafe state.pointee.buffer.entries.count }

  /// The same for a statement that is about to run.
  func mark(for statement: PreparedStatement) -> Int {
    unsafe state.pointee.update = statement.update
    return mark()
  }

  func hasChanges(since mark: Int) -> Bool {
    unsafe state.pointee.buffer.entries.count > mark || state.pointee.failure != SQLITE_OK
  }

  func truncate(to mark: Int) {
    unsafe state.pointee.buffer.truncate(entries: mark)
    unsafe state.pointee.failure = SQLITE_OK
  }

  /// Hands over what came since `mark`, and starts anew.
  ///
  /// Older changes are those of a statement that is still giving rows, whose rules run at its end.
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

  /// How many spent buffers are kept.
  var spareCount: Int { unsafe state.pointee.spares.count }

  /// Takes a spent buffer back, for its memory.
  func giveBack(_ spent: consuming ChangeBuffer) {
    spent.truncate(entries: 0)
    unsafe state.pointee.spares.append(spent)
  }
}
