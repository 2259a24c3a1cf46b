import CBackofficeSQLite

/// The columns of one table that a statement may change by its own assignments.
struct Assignment: Hashable {
  let table: String
  let columns: Set<String>
}

/// Gathers, while a statement is prepared, which columns it assigns.
///
/// SQLite tells its authorizer: <https://www.sqlite.org/c3ref/set_authorizer.html>. What SQL triggers
/// of the same table assign is told, too, which makes the set larger than need be, never smaller.
struct AssignmentRecorder {
  private var isRecording = false
  private var table: String?
  private var columns: Set<String> = []
  private var isUnknown = false

  mutating func start() { self = AssignmentRecorder(isRecording: true) }

  mutating func note(
    _ action: Int32, _ table: UnsafePointer<CChar>?, _ column: UnsafePointer<CChar>?,
    _ schema: UnsafePointer<CChar>?
  ) {
    guard isRecording, [SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE].contains(action),
      let schema = unsafe schema, unsafe String(cString: schema) == "main",
      let table = unsafe table
    else { return }
    let name = unsafe String(cString: table)
    if self.table == nil { self.table = name }
    // A second table may be one that a virtual table keeps for itself, by statements of its own.
    if self.table != name { isUnknown = true }
    guard action == SQLITE_UPDATE, let column = unsafe column else { return }
    let assigned = unsafe String(cString: column)
    // Under this name whatever column is the rowid.
    if assigned == "ROWID" { isUnknown = true }
    columns.insert(assigned)
  }

  /// What the statement assigns, or nil when it assigns nothing or too much to tell.
  mutating func finish() -> Assignment? {
    defer { self = AssignmentRecorder() }
    guard let table, !isUnknown, !columns.isEmpty else { return nil }
    return Assignment(table: table, columns: columns)
  }
}

extension ChangeCapture {
  /// How many sets of columns have a plan of their own; statements with others compare all columns.
  private static let planLimit = 256

  /// Learns what statements assign while they are prepared.
  func observeAssignments(on database: OpaquePointer) {
    guard isRegistered, !triggers.isEmpty else { return }
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_set_authorizer(
      database,
      { context, action, first, second, schema, _ in
        if let context = unsafe context {
          let capture = unsafe Unmanaged<ChangeCapture>.fromOpaque(context).takeUnretainedValue()
          unsafe capture.recorder.note(action, first, second, schema)
        }
        return SQLITE_OK
      }, context)
  }

  /// The number of the plan for what was assigned by the statement that was just prepared, or -1.
  func number(of assignment: Assignment?) -> Int {
    guard let assignment, watches(assignment.table) else { return -1 }
    if let known = assignments[assignment] { return known }
    guard assignments.count < Self.planLimit else { return -1 }
    let number = assignments.count
    assignments[assignment] = number
    unsafe state.pointee.updates.append(plan(for: assignment))
    return number
  }

  private func watches(_ table: String) -> Bool {
    triggers.contains { $0.table == table && $0.timing != .before }
  }

  private func plan(for assignment: Assignment) -> TableUpdate {
    let index = index(named: assignment.table)
    guard let watch = unsafe state.pointee.tables[index].watch else {
      return TableUpdate(table: -1, plan: nil)
    }
    return TableUpdate(table: index, plan: watch.plan(assigning: assignment.columns))
  }

  /// Works out all plans anew, for the tables as they are now.
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
  /// Number of the table, or -1 for one that nobody watches now.
  let table: Int
  let plan: UpdatePlan?
}
