package import ArgumentParser
package import Backoffice
import ExampleSupport
import Foundation

/// Which migrations a command works with.
package struct MigrationSource: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of SQL files; without it, the schema of a store.", valueName: "dir"),
    completion: .directory)
  package var folder: String?
  @Option(help: "The name under which the file notes them: main for a folder, office for a store.")
  package var pack: String?
  @Option(
    name: .customLong("ignore"),
    help: ArgumentHelp("An SQL file of the folder that is no migration.", valueName: "file"))
  package var ignored: [String] = []
  @Option(
    name: .customLong("out-of-order"),
    help: ArgumentHelp("A file that may run although a later one has.", valueName: "file"))
  package var late: [String] = []
  @Flag(help: "Pass over a BEGIN at the head and a COMMIT at the end of a file.")
  package var unwrap = false
  @Flag(help: "Take a text in double quotes for a text, as SQLite does by itself.")
  package var doubleQuotedTexts = false
  @Flag(help: "Make no copy of the file before a run that destroys something.")
  package var noSnapshot = false
  @Flag(help: "Commit all migrations together, or none.")
  package var together = false

  package init() {}

  /// The pack that a command without a wider choice means.
  package var packName: String { pack ?? (folder == nil ? "office" : "main") }

  /// The folder, read.
  ///
  /// - Throws: ``MigrationError``.
  package func migrations(in folder: String) throws -> MigrationFolder {
    var options = MigrationFolder.Options()
    options.ignored = Set(ignored)
    return try MigrationFolder(folder, options: options)
  }

  /// The runner.
  ///
  /// - Throws: ``MigrationError``.
  package func migrator() throws -> Migrator {
    var migrator: Migrator
    if let folder {
      let pack = try migrations(in: folder).pack(packName)
      // The ledger may hold packs of other folders: they are not this command's business.
      migrator = try Migrator([pack], unknownPacks: .allow)
    } else {
      migrator = try StoreSettings.standard().migrator(with: [OfficePack()])
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
  /// Lends the file to be read; an empty database stands for one that is not there yet.
  func looking<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    let isThere = FileManager.default.fileExists(atPath: database)
    return try Database.maintain(isThere ? .readOnly(database) : .memory, body)
  }

  /// Lends the file to something that takes back all it does; without a file, an empty database.
  func trying<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    let isThere = FileManager.default.fileExists(atPath: database)
    return try Database.maintain(isThere ? .file(database) : .memory, body)
  }

  /// Lends the file to be changed.
  func changing<Result>(
    _ body: (borrowing MaintenanceConnection) throws -> Result
  ) throws -> Result {
    try Database.maintain(.file(database), body)
  }
}

extension Migrator {
  /// The number that a command line names.
  static func version(_ text: String) throws -> MigrationVersion {
    guard let version = MigrationVersion(text) else {
      throw ValidationError("\(text) is no version; write a number such as 12 or 1.2")
    }
    return version
  }
}
