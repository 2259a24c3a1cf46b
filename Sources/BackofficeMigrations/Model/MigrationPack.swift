/// An ordered set of migrations, such as those of a module or of a program.
public struct MigrationPack: Sendable, Hashable {
  /// The name under which the ledger records the migrations, in lower-case letters, digits and
  /// underscores.
  public let name: String
  /// The migrations by version, followed by the repeatable migrations by name.
  public let migrations: [Migration]
  /// Whether the migrations are the files of a folder, which another tool may have run before.
  let isFolder: Bool

  /// The highest version; zero if there are no migrations.
  public var latestVersion: MigrationVersion {
    migrations.last { $0.kind != .repeatable }?.version ?? .zero
  }

  /// Returns the version that a text names; nil if it names none.
  ///
  /// In a folder that is read in the order of its names, a text such as `0042` names the last file
  /// that begins with it.
  public func version(named text: String) -> MigrationVersion? {
    let number = MigrationVersion(text)
    guard migrations.contains(where: \.version.isName), number != .zero else { return number }
    let matches = migrations.map(\.version).filter { version in
      version.description == text
        || (version.description.hasPrefix(text)
          && version.description.dropFirst(text.count).first?.isLetter == false
          && version.description.dropFirst(text.count).first?.isNumber == false)
    }
    return matches.first { $0.description == text } ?? matches.max()
  }

  /// Creates a pack, and validates its migrations without a database.
  ///
  /// - Throws: ``MigrationError/invalidName(_:)``,
  ///   ``MigrationError/invalidVersion(_:)``, ``MigrationError/duplicateVersion(pack:version:names:)``,
  ///   ``MigrationError/unordered(_:after:)``, ``MigrationError/emptyScript(file:)``,
  ///   ``MigrationError/invalidText(file:line:reason:)``,
  ///   ``MigrationError/forbiddenStatement(file:line:statement:)``.
  public init(_ name: String, _ migrations: [Migration]) throws(MigrationError) {
    self.init(name, trusted: migrations)
    try validate()
  }

  /// Creates a pack that is validated elsewhere, by a test or by its folder.
  package init(_ name: String, trusted migrations: [Migration], isFolder: Bool = false) {
    self.name = name
    self.migrations = migrations
    self.isFolder = isFolder
  }

  /// Validates the names, the order and the scripts.
  package func validate() throws(MigrationError) {
    guard MigrationFileName.isName(name) else { throw .invalidName(name) }
    var previous: Migration?
    var repeatables: Set<String> = []
    for migration in migrations {
      let id = id(of: migration)
      guard MigrationFileName.isName(migration.name) else { throw .invalidName(migration.name) }
      if migration.kind == .repeatable {
        guard repeatables.insert(migration.name).inserted else {
          throw .duplicateFiles(
            what: "the repeatable migration \(migration.name)", files: [id.file])
        }
      } else {
        guard migration.version > .zero else { throw .invalidVersion(id) }
        try checkOrder(migration, behind: previous)
        previous = migration
      }
      try validateTexts(of: migration, isEmptyAllowed: false)
    }
  }

  private func checkOrder(
    _ migration: Migration, behind previous: Migration?
  ) throws(MigrationError) {
    guard let previous else { return }
    guard repeatablesAreLast else { throw .unordered(id(of: migration), after: previous.version) }
    // A squash point has the version of the last migration that it replaces, and follows it.
    let isSquash = migration.kind == .squash && previous.kind == .versioned
    guard migration.version != previous.version || isSquash else {
      throw .duplicateVersion(
        pack: name, version: migration.version, names: [previous.name, migration.name])
    }
    guard migration.version >= previous.version else {
      throw .unordered(id(of: migration), after: previous.version)
    }
  }

  private var repeatablesAreLast: Bool {
    migrations.drop { $0.kind != .repeatable }.allSatisfy { $0.kind == .repeatable }
  }

  /// Validates the scripts of a migration.
  func validateTexts(
    of migration: Migration, unwrapping: Bool = false, isEmptyAllowed: Bool = true
  ) throws(MigrationError) {
    guard migration.code == nil else { return }
    var scripts = [
      try MigrationScript(
        migration.up, file: "\(name)/\(migration.file)", unwrapping: unwrapping)
    ]
    if let down = migration.down, let file = migration.downFile {
      scripts.append(
        try MigrationScript(
          down, file: "\(name)/\(file)", firstLine: migration.downLine, unwrapping: unwrapping))
    }
    guard !isEmptyAllowed else { return }
    for script in scripts where script.isEmpty { throw .emptyScript(file: script.file) }
  }

  func id(of migration: Migration) -> MigrationID {
    MigrationID(
      pack: name, version: migration.version, name: migration.name, file: migration.file)
  }
}
