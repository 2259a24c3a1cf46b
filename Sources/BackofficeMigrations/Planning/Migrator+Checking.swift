extension Migrator {
  /// Throws the first problem of a database.
  func check(
    _ surveys: [PackSurvey], _ entries: [MigrationLedger.Entry]
  ) throws(MigrationError) {
    for survey in surveys {
      if let problem = problems(of: survey).first { throw problem }
    }
    guard unknownPacks == .refuse else { return }
    let known = Set(packs.map(\.name))
    for entry in entries where !known.contains(entry.id.pack) { throw .unknownPack(entry.id.pack) }
  }

  /// Returns all problems of a database.
  func problems(_ entries: [MigrationLedger.Entry]) -> [MigrationError] {
    var found = surveys(entries).flatMap { problems(of: $0) }
    guard unknownPacks == .refuse else { return found }
    let known = Set(packs.map(\.name))
    var named: Set<String> = []
    for entry in entries
    where !known.contains(entry.id.pack) && named.insert(entry.id.pack).inserted {
      found.append(.unknownPack(entry.id.pack))
    }
    return found
  }

  private func problems(of survey: PackSurvey) -> [MigrationError] {
    var problems: [MigrationError] = []
    if survey.lines.contains(where: { $0.state == .ahead }) {
      problems.append(
        .newerThanLibrary(
          pack: survey.pack.name, fileVersion: survey.highest,
          libraryVersion: survey.pack.latestVersion))
    }
    var late: [MigrationError] = []
    for line in survey.lines {
      switch line.state {
      case .missing:
        // A missing repeatable migration is not a problem.
        if !line.isRepeatable { problems.append(.missing(line.id)) }
      case .edited:
        guard let entry = line.entry, let migration = line.migration else { continue }
        problems.append(
          migration.algorithm == entry.algorithm
            ? .edited(line.id, recorded: entry.checksum, found: migration.checksum)
            : Self.knownAlgorithms.contains(entry.algorithm)
              ? .edited(line.id, recorded: entry.checksum, found: migration.checksum)
              : .unknownAlgorithm(line.id, algorithm: entry.algorithm))
      case .outOfOrder:
        late.append(.outOfOrder(line.id, applied: survey.highest))
      case .pending, .applied, .ahead, .squashed, .unknownPack: continue
      }
    }
    return problems + late
  }

  /// All checksum algorithms of this and earlier versions of the library.
  private static let knownAlgorithms: Set<String> = [
    Migration.checksumAlgorithm, Migration.declaredRevision,
  ]
}
