extension Connection {
  /// What tells one schema from another, as the ledger notes it.
  func schemaFingerprint() throws -> String { try databaseSchema().fingerprint.description }
}
