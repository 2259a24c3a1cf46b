import ArgumentParser
import Backoffice
import ExampleSupport

extension MigrateCommand {
  struct Repair: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Repairs the ledger; changes no other table.",
      discussion: """
        Examples:
          backoffice migrate repair --accept v0007_prices.sql --folder db --database app.sqlite
          backoffice migrate repair --remove v0009_gone.sql --folder db --database app.sqlite
        """)

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: ArgumentHelp("Accept an edited file.", valueName: "file"))
    var accept: [String] = []
    @Option(help: ArgumentHelp("Delete the record of a missing file.", valueName: "file"))
    var remove: [String] = []
    @Option(help: ArgumentHelp("Record the down script of a file.", valueName: "file"))
    var adoptDown: [String] = []

    func validate() throws {
      guard !(accept + remove + adoptDown).isEmpty else {
        throw ValidationError("specify what to repair: --accept, --remove or --adopt-down")
      }
    }

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator(changing: database)
      let done = try database.changing { file in
        let known = try migrator.status(file).map(\.id)
        let choices =
          try accept.map { MigrationRepair.acceptEdited(try id($0, known)) }
          + remove.map { MigrationRepair.removeMissing(try id($0, known)) }
          + adoptDown.map { MigrationRepair.adoptDown(try id($0, known)) }
        try migrator.repair(file, choices)
        return choices.map(\.id)
      }
      return MigrationReport(.ok, done.map { Paint.good("✓ ") + "\($0) repaired" })
    }

    private func id(_ file: String, _ known: [MigrationID]) throws -> MigrationID {
      guard let id = known.first(where: { $0.file == file || $0.description == file }) else {
        throw ValidationError("\(file) is not a migration of the folder or the database")
      }
      return id
    }
  }

  struct Baseline: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Records migrations as applied in a file whose schema was created by other means.")

    @Argument(help: "The version of the file.")
    var version: String
    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator(changing: database)
      let version = try source.version(version, in: migrator)
      let ids = try database.changing { file in
        try migrator.baseline(file, at: version, of: source.packName)
      }
      return MigrationReport(.ok, ids.map { Paint.good("✓ ") + "\($0) recorded" })
    }
  }

  struct Adopt: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Records the migrations that another tool has run on the file.",
      discussion: """
        Reads the table of golang-migrate, Flyway, goose, Diesel, Prisma, Knex, Alembic, SQLx and \
        many others, and leaves it as it is.
        """)

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(
      help: ArgumentHelp("The table of the tool, if the file has several.", valueName: "name"))
    var table: String?

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator(changing: database)
      let (ids, last) = try database.changing { file in
        let ids = try migrator.adopt(file, of: source.packName, from: table)
        let known = try migrator.status(file).filter { $0.state == .outOfOrder }
        return (ids, known.map(\.id))
      }
      var lines = [
        Paint.good("✓ ") + Human.count(ids.count, "migration", "migrations") + " recorded"
      ]
      if let newest = ids.last { lines[0] += ", up to \(newest)" }
      lines += last.map { Paint.bad("✗ the other tool has not run \($0)") }
      return MigrationReport(last.isEmpty ? .ok : .diverged, lines) { answer in
        answer.steps = ids.map { id in
          MigrationReport.Step(
            pack: id.pack, version: id.version.description, file: id.file, state: "adopted")
        }
        answer.problems = last.map { "the other tool has not run \($0)" }
      }
    }
  }

  struct Restore: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Restores the snapshot from before a destructive run.",
      discussion: "Later changes are lost. No program may have the file open.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: "The number of the snapshot; the latest by default.")
    var number: Int?
    @Flag(help: "List the snapshots without restoring one.")
    var list = false

    func report() throws -> MigrationReport {
      let copies = try MigrationSnapshot.all(of: database.database)
      if list {
        return MigrationReport(
          .ok,
          copies.isEmpty ? ["There are no snapshots."] : copies.map { "\($0.number)  \($0.path)" })
      }
      let wanted = number.map { number in copies.first { $0.number == number } } ?? copies.last
      guard let wanted else {
        throw ValidationError("\(database.database) has no such snapshot; see --list")
      }
      try wanted.restore(to: database.database)
      return MigrationReport(.ok, [Paint.good("✓ ") + "restored from \(wanted.path)"]) {
        $0.path = wanted.path
      }
    }
  }

  struct New: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Creates the files of a new migration, with the next version.")

    @Argument(help: "The name, such as add_invoices.")
    var name: String
    @OptionGroup var source: MigrationSource
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      guard let folder = source.folder else { throw ValidationError("--folder is required") }
      let name = Self.spelled(name)
      guard !name.isEmpty else {
        throw ValidationError("a name must contain a letter or a digit")
      }
      try TextFile.makeFolder(folder)
      let last = try source.migrations(in: folder).migrations.map(\.version).max() ?? .zero
      let head = last.description.prefix { $0 != "." }
      guard let number = Int(head), number < .max else {
        throw ValidationError(
          "the version after \(last) cannot be determined; name the file yourself")
      }
      let digits = String(number + 1)
      let stem = "v" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_" + name
      let files = ["\(folder)/\(stem).sql", "\(folder)/\(stem).down.sql"]
      try TextFile.write(
        "-- backoffice:unwritten until there is a statement\n-- Applies \(name)\n\n", to: files[0])
      try TextFile.write(
        "-- backoffice:unwritten until there is a statement\n-- Reverts \(name)\n\n", to: files[1])
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
