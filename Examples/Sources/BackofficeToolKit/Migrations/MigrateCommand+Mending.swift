import ArgumentParser
import Backoffice
import ExampleSupport

extension MigrateCommand {
  struct Repair: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Mends the ledger by explicit choices; touches no table.",
      discussion: """
        Examples:
          backoffice migrate repair --accept v0007_prices.sql --folder db --database app.sqlite
          backoffice migrate repair --remove v0009_gone.sql --folder db --database app.sqlite
        """)

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: ArgumentHelp("An edited file whose text is right.", valueName: "file"))
    var accept: [String] = []
    @Option(help: ArgumentHelp("A missing file that is to be forgotten.", valueName: "file"))
    var remove: [String] = []
    @Option(help: ArgumentHelp("A file whose way back is the right one.", valueName: "file"))
    var adoptDown: [String] = []

    func validate() throws {
      guard !(accept + remove + adoptDown).isEmpty else {
        throw ValidationError("say what to repair: --accept, --remove or --adopt-down")
      }
    }

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator()
      let done = try database.changing { file in
        let known = try migrator.status(file).map(\.id)
        let choices =
          try accept.map { MigrationRepair.acceptEdited(try id($0, known)) }
          + remove.map { MigrationRepair.removeMissing(try id($0, known)) }
          + adoptDown.map { MigrationRepair.adoptDown(try id($0, known)) }
        try migrator.repair(file, choices)
        return choices.map(\.id)
      }
      return MigrationReport(.ok, done.map { Paint.good("✓ ") + "\($0) mended" })
    }

    private func id(_ file: String, _ known: [MigrationID]) throws -> MigrationID {
      guard let id = known.first(where: { $0.file == file || $0.description == file }) else {
        throw ValidationError("\(file) is no migration of the folder or of the file")
      }
      return id
    }
  }

  struct Baseline: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Notes migrations as done on a file that got its schema in another way.")

    @Argument(help: "The version that the file is at.")
    var version: String
    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      try database.requireFile()
      let version = try Migrator.version(version)
      let migrator = try source.migrator()
      let ids = try database.changing { file in
        try migrator.baseline(file, at: version, of: source.packName)
      }
      return MigrationReport(.ok, ids.map { Paint.good("✓ ") + "\($0) noted" })
    }
  }

  struct Restore: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Puts the copy back that was made before a destructive run.",
      discussion: "What was written since is lost. No program may have the file open.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: "Which copy; the latest by default.")
    var number: Int?
    @Flag(help: "List the copies, and do nothing.")
    var list = false

    func report() throws -> MigrationReport {
      let copies = try MigrationSnapshot.all(of: database.database)
      if list {
        return MigrationReport(
          .ok, copies.isEmpty ? ["There is no copy."] : copies.map { "\($0.number)  \($0.path)" })
      }
      let wanted = number.map { number in copies.first { $0.number == number } } ?? copies.last
      guard let wanted else {
        throw ValidationError("there is no such copy beside \(database.database); see --list")
      }
      try wanted.restore(to: database.database)
      return MigrationReport(.ok, [Paint.good("✓ ") + "restored from \(wanted.path)"]) {
        $0.path = wanted.path
      }
    }
  }

  struct New: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes the files of a new migration, with the next number.")

    @Argument(help: "What it is about, such as add_invoices.")
    var name: String
    @OptionGroup var source: MigrationSource
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      guard let folder = source.folder else { throw ValidationError("--folder is needed") }
      let name = Self.spelled(name)
      guard !name.isEmpty else {
        throw ValidationError("a name needs a letter or a digit")
      }
      try TextFile.makeFolder(folder)
      let last = try source.migrations(in: folder).migrations.map(\.version).max() ?? .zero
      let head = last.description.prefix { $0 != "." }
      guard let number = Int(head), number < .max else {
        throw ValidationError("the last number, \(last), has no next one; name the file yourself")
      }
      let digits = String(number + 1)
      let stem = "v" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_" + name
      let files = ["\(folder)/\(stem).sql", "\(folder)/\(stem).down.sql"]
      try TextFile.write("-- Brings in: \(name)\n\n", to: files[0])
      try TextFile.write("-- Restores what was before: \(name)\n\n", to: files[1])
      return MigrationReport(.ok, files) { answer in
        answer.steps = [
          MigrationReport.Step(
            pack: source.packName, version: digits, file: "\(stem).sql", direction: "up")
        ]
        answer.path = files[0]
      }
    }

    /// Lower-case letters, digits and single underscores.
    private static func spelled(_ name: String) -> String {
      name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        .joined(separator: "_")
    }
  }
}
