/// A comparison of a pack with the ledger of a database.
///
/// Status, problems and plans are all derived from it.
struct PackSurvey {
  /// A migration of the program, an entry of the ledger, or both.
  struct Line {
    let id: MigrationID
    let migration: Migration?
    let entry: MigrationLedger.Entry?
    let state: MigrationStatus.State
  }

  let pack: MigrationPack
  /// The lines by version, repeatable migrations last.
  let lines: [Line]
  /// The highest applied version; zero if there is none.
  let highest: MigrationVersion

  /// Compares a pack with its ledger entries, which are in the order in which they ran.
  init(_ pack: MigrationPack, _ entries: [MigrationLedger.Entry], options: Migrator.Options) {
    self.pack = pack
    let numbered = entries.filter { $0.kind != .repeatable }
    let highest = numbered.lazy.map(\.id.version).max()
    self.highest = highest ?? .zero
    let byVersion = Dictionary(
      numbered.map { ($0.id.version, $0) }, uniquingKeysWith: { first, _ in first })
    let byName = Dictionary(
      entries.lazy.filter { $0.kind == .repeatable }.map { ($0.id.name, $0) },
      uniquingKeysWith: { first, _ in first })
    let lastSquash = pack.migrations.last { $0.kind == .squash }?.version
    // A squash point or a baseline covers the migrations up to this version.
    let floor = numbered.lazy.filter { $0.kind == .squash || $0.kind == .baseline }
      .map(\.id.version).max()

    var lines: [Line] = []
    lines.reserveCapacity(pack.migrations.count)
    var matched: Set<Int> = []
    for migration in pack.migrations {
      var entry: MigrationLedger.Entry?
      let state: MigrationStatus.State
      switch migration.kind {
      case .repeatable:
        entry = byName[migration.name]
        let isSame = entry.map { migration.isTextOf($0) } ?? false
        state = isSame ? .applied : .pending
      case .squash:
        if let row = byVersion[migration.version], row.kind == .squash { entry = row }
        if let entry {
          state = migration.isTextOf(entry) ? .applied : .edited
        } else {
          // On a database with migrations, the versioned ones run instead.
          state = highest == nil ? .pending : .squashed
        }
      case .versioned:
        if let row = byVersion[migration.version], row.kind != .squash { entry = row }
        if let entry {
          state = migration.isTextOf(entry) ? .applied : .edited
        } else if let floor, migration.version <= floor {
          state = .squashed
        } else if let highest, migration.version < highest {
          state = migration.mayRunOutOfOrder(in: pack, options) ? .pending : .outOfOrder
        } else {
          state = .pending
        }
      }
      if let entry { matched.insert(entry.sequence) }
      lines.append(
        Line(id: pack.id(of: migration), migration: migration, entry: entry, state: state))
    }
    let latest = pack.latestVersion
    for entry in entries where !matched.contains(entry.sequence) {
      let state: MigrationStatus.State =
        if entry.kind == .repeatable {
          .missing
        } else if entry.id.version > latest {
          .ahead
        } else if let lastSquash, entry.id.version <= lastSquash {
          .squashed
        } else {
          .missing
        }
      lines.append(Line(id: entry.id, migration: nil, entry: entry, state: state))
    }
    self.lines = matched.count == entries.count ? lines : lines.sorted(by: Self.precedes)
  }

  private static func precedes(_ left: Line, _ right: Line) -> Bool {
    guard left.isRepeatable == right.isRepeatable else { return right.isRepeatable }
    return left.isRepeatable ? left.id.name < right.id.name : left.id.version < right.id.version
  }
}

extension PackSurvey.Line {
  var isRepeatable: Bool { migration?.kind == .repeatable || entry?.kind == .repeatable }
}

extension PackSurvey {
  /// Returns the pending migrations, in order.
  ///
  /// On a database without migrations, the last squash point up to `limit` replaces those before
  /// it.
  ///
  /// - Throws: ``MigrationError/squashGap(_:applied:)`` if the database is below a squash point and
  ///   a migration up to it is missing.
  func due(through limit: MigrationVersion?) throws(MigrationError) -> [Line] {
    var start: MigrationVersion?
    if highest == .zero, !lines.contains(where: { $0.entry != nil && !$0.isRepeatable }) {
      start =
        lines.last { line in
          line.migration?.kind == .squash && limit.map { line.id.version <= $0 } ?? true
        }?.id.version
    } else {
      try checkSquashGap(through: limit)
    }
    return lines.filter { line in
      guard line.state == .pending, let migration = line.migration else { return false }
      switch migration.kind {
      // Repeatable migrations run only after all versioned ones.
      case .repeatable: return limit == nil || limit == pack.latestVersion
      case .squash: return line.id.version == start
      case .versioned:
        if let start, line.id.version <= start { return false }
        return limit.map { line.id.version <= $0 } ?? true
      }
    }
  }

  private func checkSquashGap(through limit: MigrationVersion?) throws(MigrationError) {
    for line in lines where line.migration?.kind == .squash && line.id.version > highest {
      if let limit, line.id.version > limit { return }
      let isThere = lines.contains {
        $0.migration?.kind == .versioned && $0.id.version == line.id.version
      }
      guard isThere else { throw .squashGap(line.id, applied: highest) }
    }
  }

  /// The last migration before the first difference between the database and the program; nil if
  /// there is none.
  var lastCommon: MigrationID? {
    var last: MigrationID?
    for line in lines where !line.isRepeatable {
      switch line.state {
      case .applied, .squashed: last = line.id
      default: return last
      }
    }
    return last
  }
}

extension Migration {
  /// Whether a ledger entry has the same checksum.
  func isTextOf(_ entry: MigrationLedger.Entry) -> Bool {
    entry.checksum == checksum && entry.algorithm == algorithm
  }

  /// Whether the migration may run after later ones have run.
  func mayRunOutOfOrder(in pack: MigrationPack, _ options: Migrator.Options) -> Bool {
    allowsOutOfOrder
      || (!options.outOfOrder.isEmpty
        && (options.outOfOrder.contains(file)
          || options.outOfOrder.contains("\(pack.name)/\(file)")))
  }
}
