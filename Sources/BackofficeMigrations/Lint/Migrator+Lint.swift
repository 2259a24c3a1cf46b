extension Migrator {
  /// Tries every migration on an empty private database, and says what in it is risky or wrong.
  ///
  /// A migration is judged by what it does to the schema, not by its words: a table that is rebuilt
  /// (created under another name, filled, dropped and renamed) is one change, and only what is really
  /// lost is reported.
  ///
  /// - Parameter isAsked: whether the findings of a migration are returned; those before it run in
  ///   any case. All by default.
  /// - Returns: the findings, in the order of the migrations. Ends at the first migration that does
  ///   not run, since those behind it build on it.
  /// - Throws: `SQLiteError` when the private database cannot be made.
  public func lint(
    _ isAsked: (MigrationID) -> Bool = { _ in true }
  ) throws -> [LintFinding] {
    try Database.maintain(.memory) { scratch in
      try scratch.connection.pragma("foreign_keys = OFF")
      var findings: [LintFinding] = []
      for pack in packs {
        for migration in pack.migrations {
          // A squash point runs on a file without migrations, and this one is getting them all.
          if migration.kind == .squash, pack.migrations[0].version < migration.version { continue }
          let id = pack.id(of: migration)
          let linter = MigrationLinter(id: id, migration: migration)
          let (found, isComplete) = try linter.lint(on: scratch.connection)
          if isAsked(id) { findings += found }
          guard isComplete else { return findings }
        }
      }
      return findings
    }
  }
}

/// Tries and judges one migration.
private struct MigrationLinter {
  let id: MigrationID
  let migration: Migration

  /// Leaves the migration in the database, and answers whether it ran.
  func lint(on connection: Connection) throws -> (findings: [LintFinding], isComplete: Bool) {
    let schema = try connection.databaseSchema()
    let trial: LintTrial
    if let code = migration.code {
      do {
        trial = try LintTrial(code, on: connection, from: schema)
      } catch {
        let text = "the code of the migration failed: \(error)"
        return (
          [LintFinding(id: id, file: id.description, line: 1, rule: .fails, text: text)], false
        )
      }
    } else {
      trial = try LintTrial(migration.up, on: connection, from: schema)
    }
    var judge = LintJudge(id: id, file: id.description, text: migration.up, trial: trial)
    judge.judgeUp()
    if !migration.isReversible, migration.kind == .versioned {
      judge.report(.downMissing, line: 1, "there is no way back from \(migration.name)")
    }
    guard trial.isComplete else { return (judge.findings, false) }
    guard let down = migration.down else { return (judge.findings, true) }
    return try (judge.findings + lintDown(down, on: connection, schema: trial.after), true)
  }

  /// Tries the way back in a savepoint, and takes it back again.
  private func lintDown(
    _ down: String, on connection: Connection, schema: DatabaseSchema
  ) throws -> [LintFinding] {
    let step = MigrationStep(id: id, direction: .down, file: migration.downFile)
    try connection.executeScript("SAVEPOINT lint")
    let trial = try LintTrial(
      down, firstLine: migration.downLine, on: connection, from: schema)
    try connection.executeScript("ROLLBACK TO lint; RELEASE lint")
    var judge = LintJudge(
      id: id, file: step.description, text: down, firstLine: migration.downLine, trial: trial)
    if trial.steps.isEmpty {
      judge.report(
        .downEmpty, line: migration.downLine,
        "the way back holds no statement; write it, or leave it out")
    }
    judge.judgeDown()
    return judge.findings
  }
}
