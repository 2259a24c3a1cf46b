extension Connection {
  /// Runs `body` with foreign keys off and every commit synced, and sets both back.
  ///
  /// SQLite ignores the switch inside a transaction, and with it on, a table that is rebuilt takes
  /// the rows that refer to it along.
  func withMigrationSettings<Result>(
    _ options: Migrator.Options = Migrator.Options(), _ body: () throws -> Result
  ) throws -> Result {
    guard isAutocommit else { throw MigrationError.insideTransaction }
    let synchronous = try pragmaText("synchronous") ?? "2"
    try pragma("foreign_keys = OFF")
    let result: Result
    do {
      // A migration that a power failure takes back must not have been reported as done.
      if synchronous < "2" { try pragma("synchronous = FULL") }
      if options.allowsDoubleQuotedTexts { try acceptDoubleQuotedTexts(true) }
      result = try body()
    } catch {
      try? restoreSettings(options, synchronous: synchronous)
      throw error
    }
    try restoreSettings(options, synchronous: synchronous)
    return result
  }

  private func restoreSettings(_ options: Migrator.Options, synchronous: String) throws {
    try pragma("foreign_keys = ON")
    try pragma("synchronous = \(synchronous)")
    if options.allowsDoubleQuotedTexts { try acceptDoubleQuotedTexts(false) }
  }

  /// A number that changes when another connection has committed since it was last asked.
  func dataVersion() throws -> String { try pragmaText("data_version") ?? "" }
}
