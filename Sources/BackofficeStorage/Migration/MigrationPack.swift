/// The steps of one schema in order: the library's core, one of its extensions, or a program's own.
public struct MigrationPack: Sendable, Hashable {
  /// The name under which a file notes the steps, in lower-case letters, digits and underscores.
  public let name: String
  /// The steps, by rising version.
  public let migrations: [Migration]

  /// The version of a file that has all steps; 0 for a pack without any.
  public var latestVersion: Int { migrations.last?.version ?? 0 }

  /// Creates a pack, and checks its steps as far as that goes without a database.
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

  /// A pack that a test validates, so that no start of a program has to.
  package init(_ name: String, trusted migrations: [Migration]) {
    self.name = name
    self.migrations = migrations
  }

  /// Checks names, order, and what the texts hold.
  package func validate() throws(MigrationError) {
    guard MigrationFileName.isName(name) else { throw .invalidName(name) }
    var previous: Migration?
    for migration in migrations {
      let id = id(of: migration)
      guard MigrationFileName.isName(migration.name) else { throw .invalidName(migration.name) }
      guard migration.version > 0 else { throw .invalidVersion(id) }
      if let previous {
        guard migration.version != previous.version else {
          throw .duplicateVersion(
            pack: name, version: migration.version, names: [previous.name, migration.name])
        }
        guard migration.version > previous.version else {
          throw .unordered(id, after: previous.version)
        }
      }
      previous = migration
      _ = try MigrationScript(migration.up, file: id.file(.up))
      if let down = migration.down { _ = try MigrationScript(down, file: id.file(.down)) }
    }
  }

  func id(of migration: Migration) -> MigrationID {
    MigrationID(pack: name, version: migration.version, name: migration.name)
  }
}
