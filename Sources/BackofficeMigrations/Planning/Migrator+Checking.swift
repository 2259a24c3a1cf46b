extension Migrator {
  /// Refuses a file whose ledger and this program do not fit together, with the first reason.
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

  /// Every reason why a file and this program do not fit together.
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
        // A view that the program no longer has is no break in the line.
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

  /// Every way in which a checksum was ever made; none is taken away.
  private static let knownAlgorithms: Set<String> = [
    Migration.checksumAlgorithm, Migration.declaredRevision,
  ]
}
