extension MigrationRun {
  /// Puts a copy of the file beside it, when the settings ask for one before these steps.
  ///
  /// With the write lock held and before the first statement, so that the copy holds exactly what the
  /// run begins with: no write can come in between.
  func takeSnapshot(before due: [Migrator.Work]) throws -> String? {
    let keeping: Int
    switch options.snapshots {
    case .never: return nil
    case .always(let count): keeping = count
    case .beforeDestructiveRuns(let count):
      guard due.contains(where: \.isDestructive) else { return nil }
      keeping = count
    }
    guard keeping > 0, let path = connection.filePath, try connection.holdsTables(),
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

  /// Refuses to begin a copy that the disk has no room for.
  private func checkRoom(for source: Connection, beside path: String) throws {
    let pages = Int64(try source.pragmaText("page_count") ?? "") ?? 0
    let size = Int64(try source.pragmaText("page_size") ?? "") ?? 4096
    // The copy itself, and as much again for the log of what the run then writes.
    let needed = pages * size * 2
    guard let free = options.freeBytes ?? FileSystem.freeBytes(at: path), free < needed else {
      return
    }
    throw MigrationError.diskTooFull(path: path, needed: needed, free: free)
  }
}

extension Migrator.Work {
  /// Whether the step may take rows, columns or tables away.
  var isDestructive: Bool {
    if step.direction == .down { return true }
    guard let migration, migration.code == nil else { return false }
    return (try? MigrationScript(migration.up, file: migration.file))?.isDestructive ?? false
  }
}

extension Connection {
  /// Whether there is anything to lose: a table besides the ledger.
  func holdsTables() throws -> Bool {
    var found = false
    try run(
      sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name <> ? LIMIT 1",
      MigrationLedger.tableName
    ) { _ in
      found = true
      return false
    }
    return found
  }
}
