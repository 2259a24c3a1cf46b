import CBackofficeSQLite

extension Migrator {
  /// Tries every step on an empty private database: in, out, compared, and in again.
  ///
  /// - Returns: what is wrong; empty when every step is sound. Ends at the first step that does not
  ///   run, since those behind it build on it.
  /// - Throws: ``SQLiteError`` when the private database cannot be made.
  public func verify() throws -> [MigrationFinding] {
    try Database.maintain(.memory) { scratch in try tryPending(scratch) }
  }

  /// Tries every step that is pending on a private copy of the file, with the rows that are in it.
  ///
  /// The file itself is only read. The copy lies in SQLite's folder for temporary files, which needs
  /// as much room again, and is gone when this returns.
  ///
  /// - Returns: as ``verify()``.
  /// - Throws: what ``up(_:progress:)`` refuses the file for, and ``SQLiteError``.
  public func verifyPending(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> [MigrationFinding] {
    _ = try hasPending(maintenance)
    let copy = try Connection.maintenance(
      "", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
      configuration: Database.Configuration())
    try maintenance.connection.copy(to: copy)
    return try tryPending(MaintenanceConnection(copy, clock: maintenance.clock))
  }

  private func tryPending(
    _ scratch: borrowing MaintenanceConnection
  ) throws -> [MigrationFinding] {
    var findings: [MigrationFinding] = []
    while let work = try dueUp(scratch.connection.migrationLedger(), .next).first {
      let id = work.step.id
      do {
        let before = try scratch.schemaDump()
        try step(scratch, to: id)
        guard work.migration?.isReversible == true else {
          findings.append(MigrationFinding(id: id, problem: .irreversible))
          continue
        }
        let after = try scratch.schemaDump()
        let previous = try scratch.connection.migrationLedger().last {
          $0.id.pack == id.pack && $0.id.version < id.version
        }
        try down(scratch, to: previous?.id.version ?? .zero, of: id.pack)
        if let change = try Self.difference(before, scratch.schemaDump()) {
          findings.append(
            MigrationFinding(
              id: id, problem: .notRestored(missing: change.missing, leftOver: change.leftOver)))
        }
        try step(scratch, to: id)
        if let change = try Self.difference(after, scratch.schemaDump()) {
          findings.append(
            MigrationFinding(
              id: id, problem: .notRepeatable(missing: change.missing, leftOver: change.leftOver)))
        }
      } catch let failure as MigrationFailure {
        guard let error = failure.cause as? MigrationError else { throw failure }
        findings.append(MigrationFinding(id: id, problem: .fails(error)))
        return findings
      }
    }
    return findings
  }

  private func step(_ scratch: borrowing MaintenanceConnection, to id: MigrationID) throws {
    try up(scratch, to: id.version, of: id.pack)
  }

  /// The statements that only one of two schemas has; nil when they are the same.
  private static func difference(
    _ wanted: String, _ found: String
  ) -> (missing: [String], leftOver: [String])? {
    guard wanted != found else { return nil }
    let wanted = SQLScript(wanted).statements.map(\.text)
    let found = SQLScript(found).statements.map(\.text)
    return (wanted.filter { !found.contains($0) }, found.filter { !wanted.contains($0) })
  }
}

extension Connection {
  /// Copies the whole database page by page.
  fileprivate func copy(to target: Connection) throws {
    guard let backup = unsafe sqlite3_backup_init(target.handle, "main", handle, "main") else {
      throw target.failure(unsafe sqlite3_extended_errcode(target.handle), operation: .backup)
    }
    let code = unsafe sqlite3_backup_step(backup, -1)
    let end = unsafe sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, end == SQLITE_OK else {
      throw target.failure(end == SQLITE_OK ? code : end, operation: .backup)
    }
  }
}
