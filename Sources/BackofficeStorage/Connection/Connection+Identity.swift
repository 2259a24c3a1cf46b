import CBackofficeSQLite

extension Connection {
  /// Refuses a file beside which the log of another file lies, before SQLite plays it.
  func refuseForeignLog() throws(StorageError) {
    guard unsafe backoffice_has_foreign_log(handle, path) != 0 else { return }
    throw .cannotOpen(path: path, reason: .foreignLog)
  }

  /// Gives a marked file another number; leaves files alone that have none.
  func renumber(_ number: Int32) throws {
    if try pragmaText("user_version") != "0" { try pragma("user_version = \(number)") }
    disconnect()
  }

  /// Marks a file that has no mark yet, in one transaction.
  fileprivate func mark(applicationID: Int32, number: Int32) throws {
    try withMaintenanceTransaction(for: "marking a new file") {
      // Another process may have been faster.
      guard try pragmaText("application_id") == "0" else { return }
      try pragma("application_id = \(applicationID)")
      if try pragmaText("user_version") == "0" { try pragma("user_version = \(number)") }
    }
  }
}

/// What tells the files of one program from those of others, in the header of the file.
package struct FileIdentity: Sendable {
  /// The program's number (`PRAGMA application_id`).
  package let applicationID: Int32
  /// A table that only files of this program have.
  package let table: String
  /// Whether files of other programs are let in too.
  package let acceptsForeign: Bool

  /// Creates an identity.
  package init(applicationID: Int32, table: String, acceptsForeign: Bool) {
    self.applicationID = applicationID
    self.table = table
    self.acceptsForeign = acceptsForeign
  }

  /// Refuses a file of another program, and marks a new one; changes nothing else.
  ///
  /// The number that a new file gets (`PRAGMA user_version`) is what tells its log from others.
  ///
  /// - Throws: ``StorageError/cannotOpen(path:reason:)`` of a
  ///   ``OpenFailure/foreign(applicationID:tables:)`` file,
  ///   ``StorageError/busy(waitedMicroseconds:operation:holder:)``, ``SQLiteError``.
  package func recognise(
    _ maintenance: borrowing MaintenanceConnection, random: RandomSource
  ) throws {
    let connection = maintenance.connection
    let found = try maintenance.pragmaRow("application_id").first.map {
      Int32(truncatingIfNeeded: $0)
    }
    if found == applicationID { return }
    // One statement, since another process may be bringing the schema in.
    var tables: [String] = []
    try connection.run(
      connection.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
      )
    ) { row in
      tables.append(try row.value(at: 0))
      return true
    }
    let isForeign = !tables.contains(table) && (found != 0 || !tables.isEmpty)
    if isForeign {
      guard acceptsForeign else {
        throw StorageError.cannotOpen(
          path: connection.path,
          reason: .foreign(applicationID: found ?? 0, tables: Array(tables.sorted().prefix(5))))
      }
      return
    }
    guard found == 0, !connection.isReadOnly else { return }
    try connection.mark(
      applicationID: applicationID, number: Int32(random.next(below: Int(Int32.max) - 1)) + 1)
  }
}
