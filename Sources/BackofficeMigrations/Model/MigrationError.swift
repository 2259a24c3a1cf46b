/// What the migration runner refuses; nothing changed when one of these is thrown.
///
/// Steps that were committed before it stay: each has a transaction of its own.
public enum MigrationError: Error, Sendable, Hashable {
  /// A pack or step has a name that is not made of lower-case letters, digits and underscores.
  case invalidName(String)
  /// A step has a version below 1.
  case invalidVersion(MigrationID)
  /// Two packs have the same name.
  case duplicatePack(String)
  /// Two steps of a pack have the same version.
  case duplicateVersion(pack: String, version: MigrationVersion, names: [String])
  /// A step is listed behind one with a higher version.
  case unordered(MigrationID, after: MigrationVersion)
  /// There is no folder of that path, or it cannot be listed.
  case folderMissing(path: String, reason: String)
  /// A file of a folder cannot be read, or is no UTF-8.
  case unreadableFile(file: String, reason: String)
  /// A file ends in `.sql`, and its name has none of the known forms.
  case unrecognizedFile(file: String, suggestion: String?)
  /// Several files are the same migration, or the same way back.
  case duplicateFiles(what: String, files: [String])
  /// A file is a way back, and the file that it leads back from is not there.
  case downWithoutUp(file: String)
  /// The files of a folder are not the ones that its list of digests names.
  case folderChanged(file: String, reason: String)
  /// A file holds no statement.
  case emptyScript(file: String)
  /// A file holds something that SQLite would not read as it stands.
  case invalidText(file: String, line: Int, reason: String)
  /// A file holds a statement that is the runner's business.
  case forbiddenStatement(file: String, line: Int, statement: String)
  /// SQLite refused a statement of a file; the step was rolled back.
  ///
  /// Line and column, in characters, are counted from 1.
  case statementFailed(
    file: String, line: Int, column: Int, statement: String, reason: SQLiteError)
  /// A step would leave rows that refer to nothing; it was rolled back.
  ///
  /// `rows` holds the first of them, `count` says how many there are.
  case foreignKeysViolated(file: String, rows: [ForeignKeyViolation], count: Int)
  /// The text of a step that ran has changed since.
  case edited(MigrationID, recorded: String, found: String)
  /// The file has a step that the library no longer knows, below ones that it knows.
  case missing(MigrationID)
  /// The file has steps later than all that the library knows.
  case newerThanLibrary(
    pack: String, fileVersion: MigrationVersion, libraryVersion: MigrationVersion)
  /// The file has steps of a pack that this program does not have.
  case unknownPack(String)
  /// A step has not run, though a later one of its pack has.
  case outOfOrder(MigrationID, applied: MigrationVersion)
  /// A file stands before a squash point, and the migrations that lead up to it are gone.
  case squashGap(MigrationID, applied: MigrationVersion)
  /// The migration is in the file already.
  case alreadyApplied(MigrationID)
  /// The migration is not in the file.
  case notApplied(MigrationID)
  /// A baseline was asked for on a file that has migrations of the pack.
  case baselineRefused(pack: String)
  /// There is nothing of that kind to repair.
  case notRepairable(MigrationID, reason: String)
  /// There is too little room for the snapshot that a destructive run needs, in bytes.
  case diskTooFull(path: String, needed: Int64, free: Int64)
  /// There is no such snapshot.
  case snapshotMissing(path: String)
  /// The file has no text to take the step out with.
  case noDown(MigrationID)
  /// The pack has no such version to go to.
  case unknownVersion(pack: String, version: MigrationVersion)
  /// The checksum of a step was made in a way that this library does not know.
  case unknownAlgorithm(MigrationID, algorithm: String)
  /// The file has a table `schema_migrations` that another tool made.
  case foreignLedger(columns: [String])
  /// Steps have not run, and the file was not opened to run them.
  case pending([MigrationID])
  /// The connection is inside a transaction, where foreign keys cannot be switched off.
  case insideTransaction
}
