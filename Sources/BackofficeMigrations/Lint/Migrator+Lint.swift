extension Migrator {
  /// Runs every migration on an empty scratch database, and reports what is risky or wrong.
  ///
  /// Migrations are checked by their effect on the schema: a rebuilt table (created under another
  /// name, filled, dropped and renamed) is a single change, and only actual losses are reported.
  ///
  /// - Parameter isAsked: selects the migrations whose findings are returned; all by default.
  /// - Returns: the findings, in the order of the migrations, up to the first migration that fails.
  /// - Throws: ``MigrationError/noMigrations`` if there is nothing to check, `SQLiteError` if the
  ///   scratch database cannot be created.
  public func lint(
    _ isAsked: (MigrationID) -> Bool = { _ in true }
  ) throws -> [LintFinding] {
    guard packs.contains(where: { !$0.migrations.isEmpty }) else {
      throw MigrationError.noMigrations
    }
    var works: [Work] = []
    for pack in packs {
      for migration in pack.migrations {
        // A squash point runs only on a database without migrations.
        if migration.kind == .squash, pack.migrations[0].version < migration.version { continue }
        let id = pack.id(of: migration)
        works.append(
          Work(
            step: MigrationStep(id: id, direction: .up, file: migration.file),
            migration: migration, entry: nil))
      }
    }
    return try lint(works, on: Connection.scratch()).filter { isAsked($0.id) }
  }

  /// Checks migrations on a database that has those before them, and that is thrown away.
  func lint(_ works: [Work], on connection: Connection) throws -> [LintFinding] {
    try connection.pragma("foreign_keys = OFF")
    let reader = SchemaReader(connection, memory: SchemaReader.Memory())
    return try options.withFunctions(on: connection) {
      var findings: [LintFinding] = []
      var dangling: [LintFinding: String] = [:]
      for work in works {
        guard let migration = work.migration else { continue }
        let linter = MigrationLinter(id: work.step.id, migration: migration, options: options)
        let result = try linter.lint(on: reader)
        findings += result.findings
        dangling.merge(result.dangling) { first, _ in first }
        guard result.isComplete else { break }
      }
      // A later migration may create the parent.
      let schema = try reader.read()
      return findings.filter { finding in
        dangling[finding].map { schema.table($0) == nil } ?? true
      }
    }
  }
}

/// Runs and checks one migration.
private struct MigrationLinter {
  struct Result {
    var findings: [LintFinding]
    /// The tables that foreign keys refer to and that do not exist yet.
    var dangling: [LintFinding: String] = [:]
    var isComplete = true
  }

  let id: MigrationID
  let migration: Migration
  let options: Migrator.Options

  /// Applies the migration, and returns the findings and whether it succeeded.
  func lint(on reader: SchemaReader) throws -> Result {
    let schema = try reader.read()
    let trial: LintTrial
    if let code = migration.code {
      do {
        trial = try LintTrial(code, on: reader, from: schema)
      } catch {
        let text = "the code of the migration failed: \(error)"
        return failed(line: 1, text, file: id.description)
      }
    } else {
      if let invalid = invalidText(migration.up, file: id.description) { return invalid }
      trial = try LintTrial(migration.up, on: reader, from: schema, options: options)
    }
    var checker = LintChecker(
      id: id, file: id.description, text: migration.up, trial: trial, options: options)
    checker.checkUp()
    if !migration.isReversible, migration.kind == .versioned {
      checker.report(.downMissing, line: 1, "\(migration.file) has no down script")
    }
    let isEmpty = migration.code == nil && trial.isEmpty
    if isEmpty {
      checker.report(.upEmpty, line: 1, "the script contains no statements; it is only recorded")
    }
    var result = Result(
      findings: checker.findings, dangling: checker.dangling, isComplete: trial.isComplete)
    guard trial.isComplete, let down = migration.down else { return result }
    result.findings += try lintDown(
      down, on: reader, trial: trial, isNothingToRestore: isEmpty)
    return result
  }

  private func failed(line: Int, _ text: String, file: String) -> Result {
    Result(
      findings: [LintFinding(id: id, file: file, line: line, rule: .fails, text: text)],
      isComplete: false)
  }

  /// The result for a script with a parameter, a placeholder or a command of a shell.
  private func invalidText(_ text: String, file: String, firstLine: Int = 1) -> Result? {
    do throws(MigrationError) {
      _ = try MigrationScript(
        text, file: file, firstLine: firstLine, unwrapping: options.unwrapsTransactions)
      return nil
    } catch {
      guard case .invalidText(_, let line, let reason) = error else { return nil }
      return failed(line: line, "the script contains \(reason)", file: file)
    }
  }

  /// Runs the down script in a savepoint, which is then rolled back.
  private func lintDown(
    _ down: String, on reader: SchemaReader, trial up: LintTrial, isNothingToRestore: Bool
  ) throws -> [LintFinding] {
    let file = MigrationStep(id: id, direction: .down, file: migration.downFile).description
    let line = migration.downLine
    if let invalid = invalidText(down, file: file, firstLine: line) { return invalid.findings }
    let connection = reader.connection
    try connection.executeScript("SAVEPOINT lint")
    let trial = try LintTrial(
      down, firstLine: line, on: reader, from: up.after, options: options)
    try connection.executeScript("ROLLBACK TO lint; RELEASE lint")
    var checker = LintChecker(
      id: id, file: file, text: down, firstLine: line, trial: trial, options: options)
    if trial.isEmpty {
      if !isNothingToRestore {
        checker.report(
          .downEmpty, line: line,
          "the down script contains no statements; complete it, or remove it")
      }
    } else if trial.isComplete {
      let difference = up.before.difference(to: trial.after)
      if !difference.isEmpty {
        checker.report(
          .downRestoresNot, line: line,
          "the down script does not restore the schema: \(difference)")
      }
    }
    checker.checkDown()
    return checker.findings
  }
}
