/// A folder of SQL files, read and put in order.
///
/// Knows the forms of name that are in use, side by side if need be:
///
/// | form | way back |
/// |---|---|
/// | `v0001_name.sql`, the library's own | `v0001_name.down.sql` |
/// | `V1__name.sql`, `V1.2__name.sql`, `R__name.sql` (repeatable), `B1__name.sql` (squash point) | `U1__name.sql` |
/// | `001_name.up.sql` | `001_name.down.sql` |
/// | `001_name.sql`, `20250821_001_name.sql` | `rollback_001_name.sql`, `001_name_rollback.sql`, `001_name.down.sql` |
/// | `001_name/up.sql`, `001_name/migration.sql` | `001_name/down.sql` |
/// | any of them, with a line `-- migrate:down`, `-- +goose Down` or `-- rollback` | the rest of the file |
///
/// Numbers have any length, and order comes by number. What ends in `.sql` and has no such name is
/// an error, so that no file is skipped without a word.
public struct MigrationFolder: Sendable, Hashable {
  /// How a folder is read.
  public struct Options: Sendable, Hashable {
    /// Files that end in `.sql` and are no migrations, such as `schema.sql`.
    public var ignored: Set<String> = []

    /// Creates the default: no file may be left out.
    public init() {}
  }

  /// The folder's path.
  public let path: String
  /// The migrations: by rising version, the repeatable ones behind them by name.
  public let migrations: [Migration]

  /// Reads a folder.
  ///
  /// The texts are hashed, and not looked into further: what is wrong inside a file is found when it
  /// is due, or by ``Migrator/diagnose(_:)-(MaintenanceConnection)``.
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

  /// The folder as a pack.
  ///
  /// - Parameter name: the name under which a file notes the migrations; several folders in one file
  ///   need a name each.
  /// - Throws: ``MigrationError/invalidName(_:)``.
  public func pack(_ name: String = "main") throws(MigrationError) -> MigrationPack {
    guard MigrationFileName.isName(name) else { throw .invalidName(name) }
    return MigrationPack(name, trusted: migrations)
  }
}
