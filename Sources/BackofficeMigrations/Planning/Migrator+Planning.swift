extension Migrator {
  /// A step to run.
  struct Work {
    let step: MigrationStep
    /// The program's migration; nil if the program does not have it.
    let migration: Migration?
    /// The ledger entry that the step deletes or replaces.
    let entry: MigrationLedger.Entry?
  }

  /// The target of a run.
  enum Target {
    case latest
    case next
    case version(MigrationVersion, pack: String)
    case exactly(MigrationVersion, pack: String)
  }

  /// Returns the migrations to apply, in order.
  func dueUp(
    _ entries: [MigrationLedger.Entry], _ target: Target
  ) throws(MigrationError) -> [Work] {
    let surveys = surveys(entries)
    try check(surveys, entries)
    switch target {
    case .latest: return try dueUp(surveys)
    case .next: return Array(try dueUp(surveys).prefix(1))
    case .version(let version, let pack):
      guard let survey = surveys.first(where: { $0.pack.name == pack }) else {
        throw .unknownPack(pack)
      }
      return try survey.due(through: version).map(Self.work)
    case .exactly(let version, let pack):
      guard let survey = surveys.first(where: { $0.pack.name == pack }) else {
        throw .unknownPack(pack)
      }
      return [try exactly(version, survey)]
    }
  }

  private func dueUp(_ surveys: [PackSurvey]) throws(MigrationError) -> [Work] {
    var due: [Work] = []
    for survey in surveys { due += try survey.due(through: nil).map(Self.work) }
    return due
  }

  private static func work(_ line: PackSurvey.Line) -> Work {
    Work(
      step: MigrationStep(id: line.id, direction: .up, file: line.id.file),
      migration: line.migration, entry: line.entry)
  }

  private func exactly(
    _ version: MigrationVersion, _ survey: PackSurvey
  ) throws(MigrationError) -> Work {
    let lines = survey.lines.filter { $0.id.version == version && $0.migration?.kind == .versioned }
    guard let line = lines.first else {
      throw .unknownVersion(pack: survey.pack.name, version: version)
    }
    guard line.state == .pending else { throw .alreadyApplied(line.id) }
    let due = try survey.due(through: version)
    // Earlier pending migrations would be skipped.
    if let first = due.first, first.id != line.id {
      guard line.migration?.mayRunOutOfOrder(in: survey.pack, options) == true else {
        throw .pending(due.map(\.id))
      }
    }
    return Self.work(line)
  }

  /// Returns the migrations of a pack to revert, most recent first.
  func dueDown(
    _ entries: [MigrationLedger.Entry], to version: MigrationVersion, of pack: String
  ) throws(MigrationError) -> [Work] {
    let applied = entries.filter { $0.id.pack == pack }
    let known = packs.first { $0.name == pack }
    guard known != nil || !applied.isEmpty else { throw .unknownPack(pack) }
    guard
      version == .zero || applied.contains(where: { $0.id.version == version })
        || known?.migrations.contains(where: { $0.version == version }) == true
    else { throw .unknownVersion(pack: pack, version: version) }
    let numbered = applied.filter {
      $0.kind != .repeatable && (version == .zero || $0.id.version > version)
    }
    guard !numbered.isEmpty else { return [] }
    // A squash point covers all migrations before it, which cannot be reverted one by one.
    for entry in numbered where entry.kind == .squash && version > .zero {
      throw .noDown(entry.id)
    }
    // Repeatable migrations may depend on what is reverted; those without a down script stay
    // applied.
    let repeatable = applied.filter { $0.kind == .repeatable && $0.hasDown }
    return try (repeatable.reversed() + numbered.reversed()).map { entry throws(MigrationError) in
      try workDown(entry, known)
    }
  }

  /// Returns the step that reverts a migration.
  func workDown(
    _ entry: MigrationLedger.Entry, _ pack: MigrationPack?
  ) throws(MigrationError) -> Work {
    let migration = pack?.migrations.first { migration in
      MigrationLedger.Kind(migration.kind) == entry.kind.ofMigration
        && migration.version == entry.id.version
        && (entry.kind != .repeatable || migration.name == entry.id.name)
    }
    let code = migration?.code?.down
    guard entry.hasDown || (code != nil && entry.algorithm == Migration.declaredRevision) else {
      throw .noDown(entry.id)
    }
    // A down script that only the ledger has is checked when it runs.
    if let migration, let down = migration.down, let file = migration.downFile,
      Migration.checksum(of: down) == entry.downChecksum
    {
      try options.checkEmpty(
        MigrationScript(
          down, file: "\(entry.id.pack)/\(file)", firstLine: migration.downLine,
          unwrapping: options.unwrapsTransactions), of: migration)
    }
    return Work(
      step: MigrationStep(
        id: entry.id, direction: .down, file: migration?.downFile ?? entry.downFile),
      migration: migration, entry: entry)
  }
}
