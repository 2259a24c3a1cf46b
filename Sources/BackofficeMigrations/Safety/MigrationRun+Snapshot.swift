extension MigrationRun {
  /// Creates a snapshot of the file if the options require one, and returns its path.
  ///
  /// The write lock is held and no statement has run, so the snapshot is the exact state before the
  /// run.
  func createSnapshot(before due: [Migrator.Work]) throws -> String? {
    // The write lock is held, so no other run is writing one.
    if let path = connection.filePath { MigrationSnapshot.removeUnfinished(of: path) }
    let keeping: Int
    switch options.snapshots {
    case .never: return nil
    case .always(let count): keeping = count
    case .beforeDestructiveRuns(let count):
      guard due.contains(where: \.isDestructive) else { return nil }
      keeping = count
    }
    guard keeping > 0, let path = connection.filePath, try holdsTables(),
      let source = try connection.secondConnection()
    else { return nil }
    defer { source.disconnect() }
    try checkRoom(for: source, beside: path)
    let known = try MigrationSnapshot.all(of: path)
    let copy = MigrationSnapshot.path(of: path, (known.last?.number ?? 0) + 1)
    try source.writeVerifiedCopy(to: copy)
    for old in known.dropLast(keeping - 1) { FileSystem.remove(old.path) }
    return copy
  }

  /// Throws if the disk has too little space for the snapshot.
  private func checkRoom(for source: Connection, beside path: String) throws {
    let pages = Int64(try source.pragmaText("page_count") ?? "") ?? 0
    let size = Int64(try source.pragmaText("page_size") ?? "") ?? 4096
    // Space for the copy, and as much again for the log of the run.
    let needed = pages * size * 2
    guard let free = options.freeBytes ?? FileSystem.freeBytes(at: path), free < needed else {
      return
    }
    throw MigrationError.diskTooFull(path: path, needed: needed, free: free)
  }

  /// Whether the database has a table other than the ledger.
  private func holdsTables() throws -> Bool {
    var found = false
    try connection.run(
      sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name NOT IN (?, ?) LIMIT 1",
      MigrationLedger.tableName, MigrationLedger.secondTableName
    ) { _ in
      found = true
      return false
    }
    return found
  }
}

extension Migrator.Work {
  /// Whether the step may delete rows, columns or tables.
  var isDestructive: Bool {
    if step.direction == .down { return true }
    guard let migration, migration.code == nil else { return false }
    return (try? MigrationScript(migration.up, file: migration.file))?.isDestructive ?? false
  }
}
