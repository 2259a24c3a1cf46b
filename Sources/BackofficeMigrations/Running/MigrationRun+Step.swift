extension MigrationRun {
  /// Runs and records one step inside the open transaction.
  func take(_ work: Migrator.Work) throws -> Outcome {
    let step = work.step
    // Before the script, which may not make a table of that name.
    try connection.prepareLedger()
    let down = step.direction == .down ? try wayBack(work) : nil
    let script = try script(of: work, down)
    let guardian = MigrationGuard(allowsSavepoints: script == nil)
    let before = try noteSchema(isNeeded: outcomes.isEmpty)
    // A file's orphans are counted when there is something to excuse, on a second connection; a
    // database in memory has none, and is small.
    let orphans = connection.filePath == nil ? try? connection.orphanCounts() : nil
    try connection.checkTransaction()
    let start = ContinuousClock.now
    let changed = connection.totalChangeCount
    let result = try guardian.guarding(connection) {
      try options.hooks.beforeEach?(step, MigrationTransaction(connection))
      let result = try run(work, script, guardian)
      try options.hooks.afterEach?(step, MigrationTransaction(connection))
      return result
    }
    try connection.checkTransaction()
    let changedRows = connection.totalChangeCount - changed
    try connection.checkForeignKeys(
      after: step, line: script?.statements.last?.line ?? 1, touched: guardian.touched
    ) {
      guard connection.filePath != nil else { return orphans }
      return try? connection.secondConnection()?.orphanCounts()
    }
    let took = start.duration(to: .now).microseconds
    try note(work, took: took, before: before)
    return Outcome(
      step: step, microseconds: took, statements: result.statements,
      changedRows: Int(clamping: changedRows), notices: result.notices,
      isDestructive: step.direction == .down || script?.isDestructive ?? false)
  }

  private func run(
    _ work: Migrator.Work, _ script: MigrationScript?, _ guardian: MigrationGuard
  ) throws -> Connection.ScriptResult {
    if let script {
      return try connection.runMigration(script, guardian: guardian, monitor: monitor)
    }
    guard let code = work.migration?.code else { return Connection.ScriptResult() }
    do {
      if work.step.direction == .up {
        try code.up(MigrationTransaction(connection))
      } else {
        try code.down?(MigrationTransaction(connection))
      }
    } catch let error as SQLiteError where error.code.primary == .interrupt {
      try monitor.checkCancellation()
      throw error
    }
    return Connection.ScriptResult()
  }

  /// The text of a step, checked; nil when its work is Swift.
  private func script(
    of work: Migrator.Work, _ down: MigrationLedger.Down?
  ) throws -> MigrationScript? {
    let file = work.step.description
    if work.step.direction == .down {
      guard let down else { return nil }
      return try MigrationScript(
        down.text, file: file, firstLine: down.line, unwrapping: options.unwrapsTransactions)
    }
    guard let migration = work.migration, migration.code == nil else { return nil }
    return try MigrationScript(
      migration.up, file: file, unwrapping: options.unwrapsTransactions)
  }

  /// The text that the file itself keeps for the way back, so that a program which never saw the
  /// migration can take it out; a way back in Swift is the program's own.
  private func wayBack(_ work: Migrator.Work) throws -> MigrationLedger.Down? {
    guard let entry = work.entry else { return nil }
    if let down = try connection.recordedDown(of: entry) { return down }
    guard work.migration?.code?.down != nil else { throw MigrationError.noDown(work.step.id) }
    return nil
  }

  /// Notes in the ledger what the step did.
  private func note(_ work: Migrator.Work, took: Int64, before: String?) throws {
    if let entry = work.entry { try connection.eraseMigration(sequence: entry.sequence) }
    let after = try noteSchema(isNeeded: isAtLastStep)
    guard work.step.direction == .up, let migration = work.migration else {
      // Where it was not the last that ran, the last one's schema is no longer the one it left.
      if let entry = work.entry {
        try connection.noteSchema(after, ofLastBehind: entry.sequence)
      }
      return
    }
    let down = migration.down.map {
      MigrationLedger.Down(
        text: $0, file: migration.downFile ?? migration.file, line: migration.downLine)
    }
    _ = try connection.record(
      MigrationLedger.Record(
        id: work.step.id, kind: MigrationLedger.Kind(migration.kind), checksum: migration.checksum,
        algorithm: migration.algorithm, down: down, appliedAt: clock.now(),
        durationMicroseconds: took, batch: batch, schemaBefore: before, schemaAfter: after))
  }

  /// The fingerprint of the schema as it is now; nil in memory, where no other hand can change it.
  ///
  /// Also nil within a run of more than twelve steps, but for its ends: making one takes as long
  /// as the schema is large.
  private func noteSchema(isNeeded: Bool) throws -> String? {
    guard connection.filePath != nil, isNeeded || !isLong else { return nil }
    let version = try connection.pragmaText("schema_version") ?? ""
    if let fingerprint, fingerprint.schemaVersion == version { return fingerprint.text }
    let text = try connection.schemaFingerprint()
    fingerprint = (version, text)
    return text
  }
}
