/// The errors of the migration runner; the failed operation changes nothing.
///
/// Migrations that were committed before the error stay applied.
public enum MigrationError: Error, Sendable, Hashable {
  /// A pack or migration has a name with other characters than lower-case letters, digits and
  /// underscores.
  case invalidName(String)
  /// A migration has a version below 1.
  case invalidVersion(MigrationID)
  /// Two packs have the same name.
  case duplicatePack(String)
  /// Two migrations of a pack have the same version.
  case duplicateVersion(pack: String, version: MigrationVersion, names: [String])
  /// A migration is listed after one with a higher version.
  case unordered(MigrationID, after: MigrationVersion)
  /// The folder does not exist or cannot be read.
  case folderMissing(path: String, reason: String)
  /// A file cannot be read, or is not UTF-8.
  case unreadableFile(file: String, reason: String)
  /// The name of a `.sql` file has no known form.
  case unrecognizedFile(file: String, suggestion: String?)
  /// Several files define the same migration or down script.
  case duplicateFiles(what: String, files: [String])
  /// A down file has no up file.
  case downWithoutUp(file: String)
  /// The tool that wrote the folder compares names as text, and would run `second` first.
  case ambiguousOrder(first: String, second: String)
  /// A comment may begin a section or be a remark.
  case ambiguousMarker(file: String, line: Int, text: String)
  /// Several files of a folder are wrong.
  case several([MigrationError])
  /// There are no migrations to check.
  case noMigrations
  /// The files of a folder do not match its list of digests.
  case folderChanged(file: String, reason: String)
  /// A down script contains no statements, although its migration changed the schema, or a migration
  /// of a program, or a new file with `-- backoffice:unwritten`, has an empty script.
  case emptyScript(file: String)
  /// A file contains something that SQLite would not read as it was meant: a NUL character, a
  /// parameter, a placeholder, or a command of a shell.
  case invalidText(file: String, line: Int, reason: String)
  /// A file contains a statement that is reserved to the runner.
  case forbiddenStatement(file: String, line: Int, statement: String)
  /// A statement failed, and its migration was rolled back.
  ///
  /// Line and column, in characters, start at 1.
  case statementFailed(
    file: String, line: Int, column: Int, statement: String, reason: SQLiteError)
  /// A migration violated foreign keys and was rolled back.
  ///
  /// `rows` contains the first violations, `count` is their total number.
  case foreignKeysViolated(file: String, rows: [ForeignKeyViolation], count: Int)
  /// A migration would drop what another pack or program added, such as a column of a table, and was rolled
  /// back.
  ///
  /// `things` contains the kind, name and table of each.
  case takesAlong(MigrationID, things: [String])
  /// An applied migration was edited.
  case edited(MigrationID, recorded: String, found: String)
  /// The database has a migration that the program does not have, with a version below its latest
  /// one.
  case missing(MigrationID)
  /// The database has migrations that are newer than those of the program.
  case newerThanLibrary(
    pack: String, fileVersion: MigrationVersion, libraryVersion: MigrationVersion)
  /// The database has migrations of a pack that the program does not have.
  case unknownPack(String)
  /// A migration has not run, but a later one of its pack has.
  case outOfOrder(MigrationID, applied: MigrationVersion)
  /// The database is below a squash point, and the program does not have all migrations up to it.
  case squashGap(MigrationID, applied: MigrationVersion)
  /// The migration is already applied.
  case alreadyApplied(MigrationID)
  /// The migration is not applied.
  case notApplied(MigrationID)
  /// A baseline is not possible because the database has migrations of the pack.
  case baselineRefused(pack: String)
  /// The migration does not need the repair.
  case notRepairable(MigrationID, reason: String)
  /// There is too little disk space for the snapshot before a run, in bytes.
  case diskTooFull(path: String, needed: Int64, free: Int64)
  /// The snapshot does not exist.
  case snapshotMissing(path: String)
  /// The snapshot is not a copy of the file that it would replace.
  case snapshotOfAnotherFile(path: String, file: String)
  /// The migration cannot be reverted because it was recorded without a down script.
  case noDown(MigrationID)
  /// The recorded down script does not match its checksum, so it was changed in the database.
  case recordedDownChanged(MigrationID)
  /// The pack does not have this version.
  case unknownVersion(pack: String, version: MigrationVersion)
  /// The recorded checksum of a migration uses an unknown algorithm.
  case unknownAlgorithm(MigrationID, algorithm: String)
  /// Both names of the ledger's table are in use by other programs.
  case foreignLedger(columns: [String])
  /// Another tool has run migrations of this folder on the database.
  case otherTool(OtherLedger)
  /// The record of another tool cannot be adopted.
  case notAdoptable(reason: String)
  /// Migrations are pending, and the database was opened without running them.
  case pending([MigrationID])
  /// The connection is inside a transaction, in which foreign keys cannot be disabled.
  case insideTransaction
}
