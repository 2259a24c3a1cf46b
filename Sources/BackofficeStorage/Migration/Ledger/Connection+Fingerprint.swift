extension Connection {
  /// What tells one schema from another, as the ledger notes it.
  func schemaFingerprint() throws -> String { Migration.checksum(of: try schemaDump()) }
}
