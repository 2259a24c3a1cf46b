extension Migrator {
  /// Runs every migration on an empty scratch database, and reports what is risky or wrong.
  ///
  /// Migrations are checked by their effect on the schema: a rebuilt table (created under another
  /// name, filled, dropped and renamed) is a single change, and only actual losses are reported.
  ///
  /// - Parameter isAsked: selects the migrations whose findings are returned; all by default.
  /// - Returns: the findings, in the order of the migrations, up to the first migration that fails.
  /// - Throws: `SQLiteError` if the scratch database cannot be created.
  public func lint(
    _ isAsked: (MigrationID) -> Bool = { _ in true }
  ) throws -> [LintFinding] {
    try Database.maintain(.memory) { scratch in
      try scratch.connection.pragma("foreign_keys = OFF")
      var findings: [LintFinding] = []
      for pack in packs {
        for migration in pack.migrations {
          // A squash point runs only on a database without migrations.
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

/// Runs and checks one migration.
private struct MigrationLinter {
  let id: MigrationID
  let migration: Migration

  /// Applies the migration, and returns the findings and whether it succeeded.
  func lint(on connection: Connection) throws -> (findings: [LintFinding], isComplete: Bool) {
    let schema = try SchemaReader(connection).read()
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
    var checker = LintChecker(id: id, file: id.description, text: migration.up, trial: trial)
    checker.checkUp()
    if !migration.isReversible, migration.kind == .versioned {
      checker.report(.downMissing, line: 1, "\(migration.name) has no down script")
    }
    guard trial.isComplete else { return (checker.findings, false) }
    guard let down = migration.down else { return (checker.findings, true) }
    return try (checker.findings + lintDown(down, on: connection, schema: trial.after), true)
  }

  /// Runs the down script in a savepoint, which is then rolled back.
  private func lintDown(
    _ down: String, on connection: Connection, schema: DatabaseSchema
  ) throws -> [LintFinding] {
    let step = MigrationStep(id: id, direction: .down, file: migration.downFile)
    try connection.executeScript("SAVEPOINT lint")
    let trial = try LintTrial(
      down, firstLine: migration.downLine, on: connection, from: schema)
    try connection.executeScript("ROLLBACK TO lint; RELEASE lint")
    var checker = LintChecker(
      id: id, file: step.description, text: down, firstLine: migration.downLine, trial: trial)
    if trial.steps.isEmpty {
      checker.report(
        .downEmpty, line: migration.downLine,
        "the down script contains no statements; complete it, or remove it")
    }
    checker.checkDown()
    return checker.findings
  }
}
