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
    help: ArgumentHelp(
      "A file of the folder that is not a migration, or a pattern such as 'seed_*.sql'.",
      valueName: "pattern"))
  package var ignored: [String] = []
  @Option(
    help: ArgumentHelp(
      "The order of the folder: automatic, number, or name, in which several files may have one number.",
      valueName: "order"), transform: MigrationFolder.Order.parse)
  package var order: MigrationFolder.Order = .automatic
  @Option(
    help: ArgumentHelp(
      "The meaning of comments such as -- down: rejected, sections or remarks.",
      valueName: "meaning"), transform: MigrationFolder.BareMarkers.parse)
  package var bareMarkers: MigrationFolder.BareMarkers = .rejected
  @Option(
    name: .customLong("function"),
    help: ArgumentHelp(
      """
      A function that the scripts call and SQLite does not have: \(ScriptFunctions.names), or \
      NAME=EXPRESSION with the arguments ?1, ?2.
      """, valueName: "name"))
  package var functions: [String] = []
  @Option(
    name: .customLong("out-of-order"),
    help: ArgumentHelp("A file that may run after later ones have run.", valueName: "file"))
  package var late: [String] = []
  @Flag(
    help:
      "Skip a BEGIN and a COMMIT around a file, and commands of the sqlite3 shell such as .timeout."
  )
  package var unwrap = false
  @Flag(help: "Accept strings in double quotes, as SQLite does by default.")
  package var doubleQuotedTexts = false
  @Flag(help: "Revert migrations whose down script contains no statements.")
  package var allowEmptyDown = false
  @Flag(
    help: "Run beside the record of another tool that has run the folder, instead of adopting it.")
  package var ignoreOtherTools = false
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
    options.order = order
    options.bareMarkers = bareMarkers
    return try MigrationFolder(folder, options: options)
  }

  /// Reports the files that were skipped, by reason.
  private func tellSkipped(of folder: MigrationFolder) {
    let groups = Dictionary(grouping: folder.skipped, by: \.reason)
    for (reason, files) in groups.sorted(by: { $0.key < $1.key }) {
      let names = files.prefix(3).map(\.file).joined(separator: ", ")
      Output.note(
        Paint.quiet(
          "skipped \(names)\(files.count > 3 ? " and \(files.count - 3) more" : ""): \(reason)"))
    }
  }

  /// Parses a version of the folder's pack.
  ///
  /// - Throws: `ValidationError`.
  package func version(_ text: String, in migrator: Migrator) throws -> MigrationVersion {
    let pack = migrator.packs.first { $0.name == packName }
    guard let version = pack.map({ $0.version(named: text) }) ?? MigrationVersion(text) else {
      throw ValidationError("\(text) is not a version; use a number such as 12 or 1.2")
    }
    return version
  }

  /// Creates the migrator.
  ///
  /// - Parameter database: the file that is to be changed, whose packs must then be known unless the
  ///   option says otherwise; nil for a command that changes none.
  /// - Throws: ``MigrationError``.
  package func migrator(changing database: DatabaseOption? = nil) throws -> Migrator {
    var migrator: Migrator
    if let folder {
      let files = try migrations(in: folder)
      tellSkipped(of: files)
      let pack = try files.pack(packName)
      // The ledger may contain packs of other folders, which are ignored.
      migrator = try Migrator([pack], unknownPacks: .allow)
    } else {
      migrator = try StoreSettings.standard().migrator(with: [OfficePack()])
      migrator.unknownPacks = database?.allowsUnknownPacks ?? true ? .allow : .refuse
    }
    migrator.options.outOfOrder = Set(late)
    migrator.options.unwrapsTransactions = unwrap
    migrator.options.allowsDoubleQuotedTexts = doubleQuotedTexts
    migrator.options.allowsEmptyDowns = allowEmptyDown
    migrator.options.ignoresOtherTools = ignoreOtherTools
    migrator.options.functions = try functions.flatMap(ScriptFunctions.functions(for:))
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

extension CaseIterable where Self: RawRepresentable<String> {
  /// Parses one of the cases.
  fileprivate static func parse(_ text: String) throws -> Self {
    guard let value = Self(rawValue: text) else {
      throw ValidationError(
        "\(text) is none of \(allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return value
  }
}
