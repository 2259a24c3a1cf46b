import CBackofficeSQLite

/// The columns of a table that a statement assigns.
struct Assignment: Hashable {
  let table: SchemaName
  let columns: Set<SchemaName>
}

/// Records the columns that a statement assigns, and whether it changes the schema, while it is
/// prepared.
///
/// SQLite reports them to its authorizer: <https://www.sqlite.org/c3ref/set_authorizer.html>. The
/// report includes assignments of SQL triggers, so the set may be larger than necessary.
struct AssignmentRecorder {
  private var isRecording = false
  private var table: SchemaName?
  private var columns: Set<SchemaName> = []
  private var isUnknown = false
  private var changesSchema = false

  mutating func start() { self = AssignmentRecorder(isRecording: true) }

  mutating func record(
    _ action: Int32, _ table: UnsafePointer<CChar>?, _ column: UnsafePointer<CChar>?,
    _ schema: UnsafePointer<CChar>?
  ) {
    guard isRecording else { return }
    if Self.schemaChanges.contains(action) { changesSchema = true }
    guard [SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE].contains(action),
      let schema = unsafe schema, unsafe String(cString: schema) == "main",
      let table = unsafe table
    else { return }
    let name = unsafe SchemaName(String(cString: table))
    if self.table == nil { self.table = name }
    // A second table may be the shadow table of a virtual table.
    if self.table != name { isUnknown = true }
    guard action == SQLITE_UPDATE, let column = unsafe column else { return }
    let assigned = unsafe SchemaName(String(cString: column))
    // This name can stand for any column that aliases the rowid.
    if assigned == SchemaName("ROWID") { isUnknown = true }
    columns.insert(assigned)
  }

  /// Returns the assigned columns, or nil if there are none or they are not known, and whether the
  /// statement creates, changes or drops a table.
  mutating func finish() -> (assignment: Assignment?, changesSchema: Bool) {
    defer { self = AssignmentRecorder() }
    guard let table, !isUnknown, !columns.isEmpty else { return (nil, changesSchema) }
    return (Assignment(table: table, columns: columns), changesSchema)
  }

  private static let schemaChanges: Set<Int32> = [
    SQLITE_CREATE_TABLE, SQLITE_DROP_TABLE, SQLITE_ALTER_TABLE, SQLITE_CREATE_VIEW,
    SQLITE_DROP_VIEW, SQLITE_CREATE_VTABLE, SQLITE_DROP_VTABLE,
  ]
}

extension ChangeCapture {
  /// The maximum number of column sets with a plan of their own; other statements compare all
  /// columns.
  private static let planLimit = 256

  /// Installs an authorizer that records the assigned columns of statements.
  func observeAssignments(on database: OpaquePointer) {
    guard isRegistered, !triggers.isEmpty else { return }
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_set_authorizer(
      database,
      { context, action, first, second, schema, _ in
        if let context = unsafe context {
          let capture = unsafe Unmanaged<ChangeCapture>.fromOpaque(context).takeUnretainedValue()
          unsafe capture.recorder.record(action, first, second, schema)
        }
        return SQLITE_OK
      }, context)
  }

  /// Returns the number of the plan for the assigned columns of a prepared statement, or -1.
  func number(of assignment: Assignment?) -> Int {
    guard let assignment, watches(assignment.table) else { return -1 }
    if let known = assignments[assignment] { return known }
    guard assignments.count < Self.planLimit else { return -1 }
    let number = assignments.count
    assignments[assignment] = number
    unsafe state.pointee.updates.append(plan(for: assignment))
    return number
  }

  private func watches(_ table: SchemaName) -> Bool {
    triggers.contains { $0.timing != .before && SchemaName($0.table) == table }
  }

  private func plan(for assignment: Assignment) -> TableUpdate {
    let index = index(of: assignment.table)
    guard index >= 0, let watch = unsafe state.pointee.tables[index].watch else {
      return TableUpdate(table: -1, plan: nil)
    }
    return TableUpdate(table: index, plan: watch.plan(assigning: assignment.columns))
  }

  /// Recomputes all plans for the current tables.
  func renewUpdatePlans() {
    forgetUpdatePlans()
    let known = assignments.sorted { $0.value < $1.value }
    unsafe state.pointee.updates = known.map { plan(for: $0.key) }
  }

  func forgetUpdatePlans() {
    for update in unsafe state.pointee.updates { update.plan?.deallocate() }
    unsafe state.pointee.updates.removeAll()
  }
}

/// The plan for statements that assign the same columns of a table.
struct TableUpdate: BitwiseCopyable {
  /// The index of the table, or -1 if no trigger watches it.
  let table: Int
  let plan: UpdatePlan?
}
