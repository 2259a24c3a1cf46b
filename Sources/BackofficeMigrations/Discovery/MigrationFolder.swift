/// The migrations in a folder of SQL files.
///
/// The file names may have any of these forms, also mixed:
///
/// | file | down script |
/// |---|---|
/// | `v0001_name.sql`, the library's own | `v0001_name.down.sql` |
/// | `V1__name.sql`, `V1.2__name.sql`, `R__name.sql` (repeatable), `B1__name.sql` (squash point) | `U1__name.sql` |
/// | `001_name.up.sql` | `001_name.down.sql` |
/// | `001_name.sql`, `20250821_001_name.sql` | `rollback_001_name.sql`, `001_name_rollback.sql`, `001_name.down.sql` |
/// | `001_name/up.sql`, `001_name/migration.sql` | `001_name/down.sql` |
/// | any of these, with a line `-- migrate:down`, `-- +goose Down` or `-- rollback` | the rest of the file |
///
/// Versions may have any number of digits, and migrations are ordered by version. A file that ends
/// in `.sql` and has another name is an error, so that no file is skipped silently.
public struct MigrationFolder: Sendable, Hashable {
  /// Options for reading a folder.
  public struct Options: Sendable, Hashable {
    /// The names of `.sql` files that are not migrations, such as `schema.sql`.
    public var ignored: Set<String> = []

    /// Creates the default options, which ignore no files.
    public init() {}
  }

  /// The path of the folder.
  public let path: String
  /// The migrations by version, followed by the repeatable migrations by name.
  public let migrations: [Migration]

  /// Reads a folder.
  ///
  /// The files are hashed but not parsed: errors in them are found when they run, or by
  /// ``Migrator/diagnose(_:)-(MaintenanceConnection)``.
  ///
  /// - Parameters:
  ///   - path: the path of the folder.
  ///   - options: the options.
  ///
  /// - Throws: ``MigrationError/folderMissing(path:reason:)``,
  ///   ``MigrationError/unreadableFile(file:reason:)``,
  ///   ``MigrationError/unrecognizedFile(file:suggestion:)``,
  ///   ``MigrationError/duplicateFiles(what:files:)``, ``MigrationError/downWithoutUp(file:)``,
  ///   ``MigrationError/folderChanged(file:reason:)``.
  /// - Complexity: reads every file once.
  public init(_ path: String, options: Options = Options()) throws(MigrationError) {
    self.path = path
    var reader = MigrationFolderReader(path: path, options: options)
    migrations = try reader.read()
  }

  /// Returns the migrations as a pack.
  ///
  /// - Parameter name: the name under which the ledger records the migrations; the folders of one
  ///   database need different names.
  /// - Throws: ``MigrationError/invalidName(_:)``.
  public func pack(_ name: String = "main") throws(MigrationError) -> MigrationPack {
    guard MigrationFileName.isName(name) else { throw .invalidName(name) }
    return MigrationPack(name, trusted: migrations)
  }
}
