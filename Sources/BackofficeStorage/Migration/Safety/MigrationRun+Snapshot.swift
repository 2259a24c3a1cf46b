extension MigrationRun {
  func takeSnapshot(before due: [Migrator.Work]) throws -> String? { nil }
}
