/// The migrations in a folder of SQL files.
///
/// The file names may have any of these forms, also mixed:
///
/// | file | down script |
/// |---|---|
/// | `v0001_name.sql`, the library's own | `v0001_name.down.sql` |
/// | `V1__name.sql`, `V1.2__name.sql`, `R__name.sql` (repeatable), `B1__name.sql` (squash point) | `U1__name.sql` |
/// | `001_name.up.sql`, `001_name.sqlite.up.sql`, `V0001.Name.up.sql` | `001_name.down.sql` |
/// | `001_name.sql`, `001.sql`, `20250821_001_name.sql`, `2025_08_21_093000_name.sql` | `rollback_001_name.sql`, `001_name_rollback.sql`, `001_name.down.sql` |
/// | `001_name/up.sql`, `001_name/migration.sql` | `001_name/down.sql` |
/// | any of these, with a line `-- migrate:down`, `-- +goose Down` or `-- +migrate Down` | the rest of the file |
///
/// Versions may have any number of digits, and migrations are ordered by version. A file that ends
/// in `.sql` and has another name is an error, so that no file is skipped silently. Files that are
/// skipped for a reason, such as those for another database, are in ``skipped``.
public struct MigrationFolder: Sendable, Hashable {
  /// The order of a folder's migrations.
  public enum Order: String, Sendable, Hashable, CaseIterable {
    /// By number; a folder of a tool that compares names as text is rejected if its order differs.
    ///
    /// Such folders are recognized by `x/up.sql`, `x/migration.sql` or `-- migrate:up`.
    case automatic
    /// By number, whichever tool wrote the folder.
    case number
    /// By the bytes of the names; several files may have one number.
    case name
  }

  /// The meaning of comments that consist of a word such as `-- down` or `-- rollback` only.
  public enum BareMarkers: String, Sendable, Hashable, CaseIterable {
    /// A file whose statements follow `-- up` has a down section after `-- down`; in other files
    /// such a comment is an error, because it may be a remark.
    case rejected
    /// They begin sections.
    case sections
    /// They are remarks.
    case remarks
  }

  /// Options for reading a folder.
  public struct Options: Sendable, Hashable {
    /// The names or patterns of files that are not migrations, such as `schema.sql`, `seed_*.sql`
    /// or `postgres/*`.
    ///
    /// `*` stands for any characters of a name, `**` also for slashes, `?` for one character. A
    /// pattern without a slash matches the name of a file or subfolder anywhere in the folder.
    public var ignored: Set<String> = []
    /// The order of the migrations.
    public var order = Order.automatic
    /// The meaning of comments such as `-- down`.
    public var bareMarkers = BareMarkers.rejected

    /// Creates the default options, which ignore no files.
    public init() {}
  }

  /// A file that is not a migration of this database.
  public struct SkippedFile: Sendable, Hashable {
    /// The path of the file in the folder; that of an ignored subfolder ends with a slash.
    public let file: String
    /// The reason.
    public let reason: String
  }

  /// The path of the folder.
  public let path: String
  /// The migrations by version, followed by the repeatable migrations by name.
  public let migrations: [Migration]
  /// The files that were skipped: those for other databases, ignored ones, and those that look like
  /// migrations in another language.
  public let skipped: [SkippedFile]

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
  ///   ``MigrationError/ambiguousOrder(first:second:)``,
  ///   ``MigrationError/ambiguousMarker(file:line:text:)``,
  ///   ``MigrationError/folderChanged(file:reason:)``; ``MigrationError/several(_:)`` if several
  ///   files are wrong.
  /// - Complexity: reads every file once.
  public init(_ path: String, options: Options = Options()) throws(MigrationError) {
    self.path = path
    var reader = MigrationFolderReader(path: path, options: options)
    migrations = try reader.read()
    skipped = reader.skipped.sorted { $0.file.utf8.lexicographicallyPrecedes($1.file.utf8) }
  }

  /// Returns the migrations as a pack.
  ///
  /// - Parameter name: the name under which the ledger records the migrations; the folders of one
  ///   database need different names.
  /// - Throws: ``MigrationError/invalidName(_:)``.
  public func pack(_ name: String = "main") throws(MigrationError) -> MigrationPack {
    guard MigrationFileName.isName(name) else { throw .invalidName(name) }
    return MigrationPack(name, trusted: migrations, isFolder: true)
  }
}
