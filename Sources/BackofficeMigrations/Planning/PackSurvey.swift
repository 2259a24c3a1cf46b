/// How one pack of the program and one file stand to each other, migration by migration.
///
/// The one place where the ledger and the program's migrations are compared: status, refusals and
/// plans all follow from it.
struct PackSurvey {
  /// A migration of the program, a row of the ledger, or both.
  struct Line {
    let id: MigrationID
    let migration: Migration?
    let entry: MigrationLedger.Entry?
    let state: MigrationStatus.State
  }

  let pack: MigrationPack
  /// By rising version, the repeatable ones last.
  let lines: [Line]
  /// The highest version in the file; zero for none.
  let highest: MigrationVersion

  /// Compares a pack with its rows of the ledger, which come in the order in which they ran.
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
    // Below it, nothing runs: a squash point or a baseline stands for it.
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
          // On a file with migrations, the versioned ones lead up to it.
          state = highest == nil ? .pending : .squashed
        }
      case .versioned:
        if let row = byVersion[migration.version], row.kind != .squash { entry = row }
        if let entry {
          state = migration.isTextOf(entry) ? .applied : .edited
        } else if let floor, migration.version <= floor {
          state = .squashed
        } else if let highest, migration.version < highest {
          state = migration.mayRunLate(in: pack, options) ? .pending : .outOfOrder
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
  /// The migrations that are due, in order; on a file without any, the last squash point up to
  /// `limit` stands for those before it.
  ///
  /// - Throws: ``MigrationError/squashGap(_:applied:)`` when the file is below a squash point and
  ///   the migrations up to it are not all there.
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
      // Repeatable ones follow the whole, not a part of the way.
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

  /// The last migration at which file and program are still the same, where both went on from it in
  /// ways of their own; nil when they did not, or have none in common.
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
  /// Whether a row of the ledger notes this very text.
  func isTextOf(_ entry: MigrationLedger.Entry) -> Bool {
    entry.checksum == checksum && entry.algorithm == algorithm
  }

  /// Whether it may run although a later one has.
  func mayRunLate(in pack: MigrationPack, _ options: Migrator.Options) -> Bool {
    allowsOutOfOrder
      || (!options.outOfOrder.isEmpty
        && (options.outOfOrder.contains(file)
          || options.outOfOrder.contains("\(pack.name)/\(file)")))
  }
}
