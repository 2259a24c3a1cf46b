import ArgumentParser
import Backoffice
import ExampleSupport

extension MigrateCommand {
  struct Up: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Applies the pending migrations; creates the file if it is missing.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: ArgumentHelp("The last version to apply.", valueName: "version"))
    var to: String?
    @Flag(
      help: "Without --folder, create the store in a file that has tables of another program.")
    var besideOtherTables = false

    func report() throws -> MigrationReport {
      if source.folder == nil, !besideOtherTables { try ForeignDatabase.refuse(database.database) }
      let migrator = try source.migrator(changing: besideOtherTables ? nil : database)
      let version = try to.map { try source.version($0, in: migrator) }
      let steps = try database.changing { file in
        guard let version else { return try migrator.up(file, progress: tell) }
        return try migrator.up(file, to: version, of: source.packName, progress: tell)
      }
      return .steps(steps, none: "The schema is up to date.")
    }
  }

  struct Down: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reverts the last migration, or all above a version.",
      discussion: """
        Their tables are dropped with their rows. A snapshot of the file is created first, which \
        restore can restore.
        """)

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(
      help: ArgumentHelp("The version to revert to; 0 reverts everything.", valueName: "version"))
    var to: String?
    @Flag(help: "Revert the migrations of the last run.")
    var batch = false

    func validate() throws {
      guard to == nil || !batch else { throw ValidationError("use --to or --batch, not both") }
    }

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator(changing: database)
      let version = try to.map { try source.version($0, in: migrator) }
      let steps = try database.changing { file in
        if batch { return try migrator.downLastRun(file, progress: tell) }
        guard let version else {
          return try migrator.downByOne(file, of: source.packName, progress: tell).map { [$0] }
            ?? []
        }
        return try migrator.down(file, to: version, of: source.packName, progress: tell)
      }
      return .steps(steps, none: "There is nothing to revert.")
    }
  }

  struct To: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Applies or reverts migrations up to a version.")

    @Argument(help: "The version; 0 reverts everything.")
    var version: String
    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      if source.folder == nil { try ForeignDatabase.refuse(database.database) }
      let migrator = try source.migrator(changing: database)
      let version = try source.version(version, in: migrator)
      let pack = source.packName
      let steps = try database.changing { file in
        let applied = try migrator.status(file).filter { $0.id.pack == pack && $0.appliedAt != nil }
        let highest = applied.map(\.id.version).max() ?? .zero
        return highest > version
          ? try migrator.down(file, to: version, of: pack, progress: tell)
          : version == .zero ? [] : try migrator.up(file, to: version, of: pack, progress: tell)
      }
      return .steps(steps, none: "The file is already at version \(version).")
    }
  }

  struct Redo: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reverts and reapplies the last migration, in one transaction.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator(changing: database)
      let steps = try database.changing { file in
        try migrator.redo(file, of: source.packName, progress: tell)
      }
      return .steps(steps, none: "There is no migration to reapply.")
    }
  }

  struct DryRun: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Runs the pending migrations on the actual rows, and rolls them back.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: ArgumentHelp("The last version to run.", valueName: "version"))
    var to: String?

    func report() throws -> MigrationReport {
      let migrator = try source.migrator(changing: database)
      let version = try to.map { try source.version($0, in: migrator) }
      let dryRun = try database.trying { file in
        guard let version else { return try migrator.dryRun(file, progress: tell) }
        return try migrator.dryRun(file, to: version, of: source.packName, progress: tell)
      }
      var lines = dryRun.trials.map { trial in
        Paint.good("✓ ")
          + "\(trial.step): \(Human.count(trial.statements, "statement", "statements"))"
          + ", \(Human.count(trial.changedRows, "row", "rows"))"
          + (trial.isDestructive ? Paint.notable(", destructive") : "")
      }
      if let failure = dryRun.failure { lines.append(Paint.bad("✗ \(failure.cause)")) }
      if lines.isEmpty { lines = ["Nothing is pending."] }
      return MigrationReport(dryRun.succeeds ? .ok : .failed, lines) { answer in
        answer.steps = dryRun.trials.map { trial in
          var step = MigrationReport.Step(trial.step)
          step.milliseconds = trial.duration.microseconds / 1000
          step.changedRows = trial.changedRows
          return step
        }
        answer.error = dryRun.failure.map { "\($0.cause)" }
      }
    }
  }
}
