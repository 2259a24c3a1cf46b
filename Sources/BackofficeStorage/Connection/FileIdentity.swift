/// The header fields that identify the files of one program.
package struct FileIdentity: Sendable {
  /// The program's application ID (`PRAGMA application_id`).
  package let applicationID: Int32
  /// A table that exists only in files of this program.
  package let table: String
  /// Whether files of other programs are accepted.
  package let acceptsForeign: Bool

  /// Creates an identity.
  package init(applicationID: Int32, table: String, acceptsForeign: Bool) {
    self.applicationID = applicationID
    self.table = table
    self.acceptsForeign = acceptsForeign
  }

  /// Rejects a file of another program, and marks a new file; changes nothing else.
  ///
  /// A new file also gets a random number (`PRAGMA user_version`), which identifies its log.
  ///
  /// - Throws: ``StorageError/cannotOpen(path:reason:)`` with
  ///   ``OpenFailure/foreign(applicationID:tables:)``,
  ///   ``StorageError/busy(waitedMicroseconds:operation:holder:)``, ``SQLiteError``.
  package func recognise(
    _ maintenance: borrowing MaintenanceConnection, random: RandomSource
  ) throws {
    let connection = maintenance.connection
    let found = try maintenance.pragmaRow("application_id").first.map {
      Int32(truncatingIfNeeded: $0)
    }
    if found == applicationID { return }
    // A single statement, because another process may be creating the schema.
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
    try mark(connection, number: Int32(random.next(below: Int(Int32.max) - 1)) + 1)
  }

  /// Marks a file that has no mark, in one transaction.
  private func mark(_ connection: Connection, number: Int32) throws {
    try connection.withMaintenanceTransaction(for: "marking a new file") {
      // Another process may have marked the file first.
      guard try connection.pragmaText("application_id") == "0" else { return }
      try connection.pragma("application_id = \(applicationID)")
      if try connection.pragmaText("user_version") == "0" {
        try connection.pragma("user_version = \(number)")
      }
    }
  }
}
