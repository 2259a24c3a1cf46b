extension MigrationRun {
  /// Runs and records a step inside the open transaction.
  func runStep(_ work: Migrator.Work) throws -> Outcome {
    let step = work.step
    // Created before the script runs, which may not create the table.
    let ledger = try MigrationLedger(connection).prepared()
    let down = step.direction == .down ? try downScript(work, ledger) : nil
    let script = try script(of: work, down)
    let authorizer = MigrationAuthorizer(allowsSavepoints: script == nil, ledger: ledger.table)
    let before = try currentFingerprint(isNeeded: outcomes.isEmpty)
    let protected = try schemaToProtect(from: work, script)
    // For a file, earlier violations are counted on demand, on a second connection. A database in
    // memory has no second connection, but is small.
    let orphans = connection.filePath == nil ? try? ForeignKeyCheck(connection).orphans() : nil
    try connection.checkTransaction()
    let start = ContinuousClock.now
    let changed = connection.totalChangeCount
    let result = try authorizer.authorizing(connection) {
      try options.hooks.beforeEach?(step, MigrationTransaction(connection))
      let result = try run(work, script, authorizer)
      try options.hooks.afterEach?(step, MigrationTransaction(connection))
      return result
    }
    try connection.checkTransaction()
    try protectOtherHands(protected, from: work, script)
    let changedRows = connection.totalChangeCount - changed
    try ForeignKeyCheck(connection).check(
      after: step, line: script?.statements.last?.line ?? 1, touched: authorizer.touched
    ) {
      guard connection.filePath != nil else { return orphans }
      return try? connection.secondConnection().map { try ForeignKeyCheck($0).orphans() }
    }
    let took = start.duration(to: .now).microseconds
    try record(work, in: ledger, took: took, before: before)
    return Outcome(
      step: step, microseconds: took, statements: result.statements,
      changedRows: Int(clamping: changedRows), notices: result.notices,
      isDestructive: step.direction == .down || script?.isDestructive ?? false)
  }

  private func run(
    _ work: Migrator.Work, _ script: MigrationScript?, _ authorizer: MigrationAuthorizer
  ) throws -> ScriptRunner.Result {
    if let script {
      return try ScriptRunner(
        connection: connection, script: script, authorizer: authorizer, monitor: monitor
      ).run()
    }
    guard let code = work.migration?.code else { return ScriptRunner.Result() }
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
    return ScriptRunner.Result()
  }

  /// Returns the validated script of a step, or nil if it is in Swift.
  private func script(
    of work: Migrator.Work, _ down: MigrationLedger.Down?
  ) throws -> MigrationScript? {
    let file = work.step.description
    if work.step.direction == .down {
      guard let down else { return nil }
      let script = try MigrationScript(
        down.text, file: file, firstLine: down.line, unwrapping: options.unwrapsTransactions)
      try options.checkEmpty(script, of: work.migration)
      return script
    }
    guard let migration = work.migration, migration.code == nil else { return nil }
    return try MigrationScript(
      migration.up, file: file, unwrapping: options.unwrapsTransactions)
  }

  /// Returns the recorded down script, or nil if the migration is reverted by code.
  private func downScript(
    _ work: Migrator.Work, _ ledger: MigrationLedger
  ) throws -> MigrationLedger.Down? {
    guard let entry = work.entry else { return nil }
    if let down = try ledger.recordedDown(of: entry) { return down }
    guard work.migration?.code?.down != nil else { throw MigrationError.noDown(work.step.id) }
    return nil
  }

  /// Records the step in the ledger.
  private func record(
    _ work: Migrator.Work, in ledger: MigrationLedger, took: Int64, before: String?
  ) throws {
    if let entry = work.entry { try ledger.erase(sequence: entry.sequence) }
    let after = try currentFingerprint(isNeeded: isAtLastStep)
    guard work.step.direction == .up, let migration = work.migration else {
      // If a later migration remains, the schema that it left has changed.
      if let entry = work.entry {
        try ledger.noteSchema(after, ofLastBehind: entry.sequence)
      }
      return
    }
    let down = migration.down.map {
      MigrationLedger.Down(
        text: $0, file: migration.downFile ?? migration.file, line: migration.downLine)
    }
    _ = try ledger.record(
      MigrationLedger.Record(
        id: work.step.id, kind: MigrationLedger.Kind(migration.kind), checksum: migration.checksum,
        algorithm: migration.algorithm, down: down, appliedAt: clock.now(),
        durationMicroseconds: took, batch: batch, schemaBefore: before, schemaAfter: after))
  }

  /// Returns the fingerprint of the current schema; nil for a database in memory.
  ///
  /// In a run of more than twelve steps, only the first and last step have one, because it takes
  /// time in proportion to the size of the schema.
  private func currentFingerprint(isNeeded: Bool) throws -> String? {
    guard connection.filePath != nil, isNeeded || !isLong else { return nil }
    let version = try connection.pragmaText("schema_version") ?? ""
    if let fingerprint, fingerprint.schemaVersion == version { return fingerprint.text }
    let text = try SchemaReader(connection).fingerprint()
    fingerprint = (version, text)
    return text
  }
}

extension Migrator.Options {
  /// Throws if a down script without statements would revert a change of the schema.
  func checkEmpty(_ down: MigrationScript, of migration: Migration?) throws(MigrationError) {
    guard !allowsEmptyDowns, down.isEmpty else { return }
    if let migration, migration.code == nil,
      let up = try? MigrationScript(
        migration.up, file: migration.file, unwrapping: unwrapsTransactions), !up.changesSchema
    {
      return
    }
    throw .emptyScript(file: down.file)
  }
}
