package import ArgumentParser
package import Backoffice
package import ExampleSupport
import Foundation

/// The options that select the migrations of a command.
package struct MigrationSource: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of SQL files; by default, the schema of a store.", valueName: "dir"),
    completion: .directory)
  package var folder: String?
  @Option(help: "The name of the pack: main for a folder, office for a store by default.")
  package var pack: String?
  @Option(
    name: .customLong("ignore"),
    help: ArgumentHelp("An SQL file of the folder that is not a migration.", valueName: "file"))
  package var ignored: [String] = []
  @Option(
    name: .customLong("out-of-order"),
    help: ArgumentHelp("A file that may run after later ones have run.", valueName: "file"))
  package var late: [String] = []
  @Flag(help: "Skip a BEGIN at the start and a COMMIT at the end of a file.")
  package var unwrap = false
  @Flag(help: "Accept strings in double quotes, as SQLite does by default.")
  package var doubleQuotedTexts = false
  @Flag(help: "Do not create a snapshot before a destructive run.")
  package var noSnapshot = false
  @Flag(help: "Run all migrations in one transaction.")
  package var together = false

  package init() {}

  /// The pack of commands for a single pack.
  package var packName: String { pack ?? (folder == nil ? "office" : "main") }

  /// Reads the folder.
  ///
  /// - Throws: ``MigrationError``.
  package func migrations(in folder: String) throws -> MigrationFolder {
    var options = MigrationFolder.Options()
    options.ignored = Set(ignored)
    return try MigrationFolder(folder, options: options)
  }

  /// Creates the migrator.
  ///
  /// - Parameter database: the file that is to be changed, whose packs must then be known unless the
  ///   option says otherwise; nil for a command that changes none.
  /// - Throws: ``MigrationError``.
  package func migrator(changing database: DatabaseOption? = nil) throws -> Migrator {
    var migrator: Migrator
    if let folder {
      let pack = try migrations(in: folder).pack(packName)
      // The ledger may contain packs of other folders, which are ignored.
      migrator = try Migrator([pack], unknownPacks: .allow)
    } else {
      migrator = try StoreSettings.standard().migrator(with: [OfficePack()])
      migrator.unknownPacks = database?.allowsUnknownPacks ?? true ? .allow : .refuse
    }
    migrator.options.outOfOrder = Set(late)
    migrator.options.unwrapsTransactions = unwrap
    migrator.options.allowsDoubleQuotedTexts = doubleQuotedTexts
    if noSnapshot { migrator.options.snapshots = .never }
    if together { migrator.options.grouping = .together }
    return migrator
  }
}

extension DatabaseOption {
  /// Opens the file for reading, or an empty database if it does not exist.
  func looking<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    let isThere = FileManager.default.fileExists(atPath: database)
    return try Database.maintain(isThere ? .readOnly(database) : .memory, body)
  }

  /// Opens the file for a dry run, or an empty database if it does not exist.
  func trying<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    let isThere = FileManager.default.fileExists(atPath: database)
    return try Database.maintain(isThere ? .file(database) : .memory, body)
  }

  /// Opens the file for writing.
  func changing<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    try Database.maintain(.file(database), body)
  }
}

extension Migrator {
  /// Parses a version.
  static func version(_ text: String) throws -> MigrationVersion {
    guard let version = MigrationVersion(text) else {
      throw ValidationError("\(text) is not a version; use a number such as 12 or 1.2")
    }
    return version
  }
}
