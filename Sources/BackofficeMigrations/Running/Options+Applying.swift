extension Migrator.Options {
  /// Runs `body` with foreign keys disabled and synced commits, and restores the settings.
  ///
  /// SQLite ignores the setting inside a transaction. With foreign keys enabled, dropping a table
  /// during a rebuild would delete the rows that refer to it.
  func applied<Result>(
    to connection: Connection, _ body: () throws -> Result
  ) throws -> Result {
    guard connection.isAutocommit else { throw MigrationError.insideTransaction }
    let synchronous = try connection.pragmaText("synchronous") ?? "2"
    try connection.pragma("foreign_keys = OFF")
    let result: Result
    do {
      // A migration that was reported as finished must survive a power failure.
      if synchronous < "2" { try connection.pragma("synchronous = FULL") }
      if allowsDoubleQuotedTexts { try connection.acceptDoubleQuotedTexts(true) }
      result = try withFunctions(on: connection, body)
    } catch {
      try? restore(connection, synchronous: synchronous)
      throw error
    }
    try restore(connection, synchronous: synchronous)
    return result
  }

  /// Runs `body` with the options' functions.
  func withFunctions<Result>(
    on connection: Connection, _ body: () throws -> Result
  ) throws -> Result {
    var added: [SQLFunction] = []
    defer { for function in added { connection.remove(function) } }
    for function in functions where try connection.add(function) { added.append(function) }
    return try body()
  }

  private func restore(_ connection: Connection, synchronous: String) throws {
    try connection.pragma("foreign_keys = ON")
    try connection.pragma("synchronous = \(synchronous)")
    if allowsDoubleQuotedTexts { try connection.acceptDoubleQuotedTexts(false) }
  }
}
