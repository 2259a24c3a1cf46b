/// What another migration tool recorded in a database.
public struct OtherLedger: Sendable, Hashable {
  /// The name of the tool.
  public let tool: String
  /// The table, which the runner only reads.
  public let table: String
  /// The applied migrations as the tool spells them: versions, names or files.
  public let applied: [String]
  /// Those of ``applied`` for which everything before them is applied too, because the tool records
  /// only the last one or began with a baseline.
  public let heads: [String]
  /// The migrations that the tool left half done.
  public let unfinished: [String]

  /// Whether the tool records only the last migration.
  var isHeadOnly: Bool { !heads.isEmpty && heads == applied }
}

extension OtherLedger {
  /// Reads the records of all known tools in a database.
  static func all(in connection: Connection) throws -> [OtherLedger] {
    var ledgers: [OtherLedger] = []
    for (table, columns) in try SchemaReader(connection).columnsOfLedgers() {
      guard !MigrationLedger.isCurrent(columns), let form = OtherToolForm.of(table, columns)
      else { continue }
      ledgers.append(try form.read(connection))
    }
    return ledgers.sorted { $0.table < $1.table }
  }

  /// Returns the migrations of a pack that the tool applied, and the entries that match none.
  func matches(in pack: MigrationPack) -> (migrations: [Migration], unknown: [String]) {
    let versioned = pack.migrations.filter { $0.kind == .versioned }
    let names = versioned.map { OtherLedgerName($0) }
    var found: Set<Int> = []
    var unknown: [String] = []
    for key in applied {
      guard let index = names.firstIndex(where: { $0.matches(key) }) else {
        unknown.append(key)
        continue
      }
      if heads.contains(key) { found.formUnion(0...index) } else { found.insert(index) }
    }
    return (found.sorted().map { versioned[$0] }, unknown)
  }

  /// Whether the tool has run migrations of a pack.
  func concerns(_ pack: MigrationPack) -> Bool {
    let (migrations, unknown) = matches(in: pack)
    if !migrations.isEmpty || unknown.contains(where: heads.contains) { return true }
    let names = pack.migrations.map { OtherLedgerName($0) }
    return unfinished.contains { key in names.contains { $0.matches(key) } }
  }
}

/// The ways in which tools name a migration.
private struct OtherLedgerName {
  private let form: MigrationFileForm?
  private let digests: [String]
  private let number: MigrationVersion?

  init(_ migration: Migration) {
    form = MigrationFileForm(migration.file)
    number = form.flatMap { MigrationVersion($0.number.replacing("_", with: ".")) }
    // Drizzle records the digest of a file, which need not end with a line ending.
    digests = [
      migration.checksum,
      Migration.digest(of: migration.up.utf8.dropLast()),
    ]
  }

  func matches(_ key: String) -> Bool {
    var name = key.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? key
    if name.hasPrefix("Version"), MigrationVersion(String(name.dropFirst(7))) != nil {
      name.removeFirst(7)
    }
    guard let form else { return false }
    if let version = MigrationVersion(name) { return version == number || version == form.version }
    for ending in Self.endings where name.hasSuffix(ending) { name.removeLast(ending.count) }
    return name == form.stem || digests.contains(key)
  }

  private static let endings = [
    ".sql", ".js", ".cjs", ".mjs", ".ts", ".py", ".php", ".go", ".rb", ".up",
  ]
}
