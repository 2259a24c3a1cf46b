import ArgumentParser
import Backoffice
import ExampleSupport

extension MigrateCommand {
  struct Up: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Brings in what is missing; makes the file when there is none.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: ArgumentHelp("The last version to bring in.", valueName: "version"))
    var to: String?

    func report() throws -> MigrationReport {
      let version = try to.map(Migrator.version)
      let migrator = try source.migrator()
      let steps = try database.changing { file in
        guard let version else { return try migrator.up(file, progress: tell) }
        return try migrator.up(file, to: version, of: source.packName, progress: tell)
      }
      return .steps(steps, none: "The schema is up to date; nothing to do.")
    }
  }

  struct Down: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes the last migration out again, or all above a version.",
      discussion: """
        The rows in their tables go with them; a copy of the file is made first, which restore \
        puts back.
        """)

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(
      help: ArgumentHelp("The last version that stays; 0 takes out all.", valueName: "version"))
    var to: String?
    @Flag(help: "Take out everything that the last run brought in.")
    var batch = false

    func validate() throws {
      guard to == nil || !batch else { throw ValidationError("use --to or --batch, not both") }
    }

    func report() throws -> MigrationReport {
      try database.requireFile()
      let version = try to.map(Migrator.version)
      let migrator = try source.migrator()
      let steps = try database.changing { file in
        if batch { return try migrator.downLastRun(file, progress: tell) }
        guard let version else {
          return try migrator.downByOne(file, of: source.packName, progress: tell).map { [$0] }
            ?? []
        }
        return try migrator.down(file, to: version, of: source.packName, progress: tell)
      }
      return .steps(steps, none: "There is nothing to take out.")
    }
  }

  struct To: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Goes to a version, forwards or back.")

    @Argument(help: "The version; 0 takes out all.")
    var version: String
    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      let version = try Migrator.version(version)
      let migrator = try source.migrator()
      let pack = source.packName
      let steps = try database.changing { file in
        let applied = try migrator.status(file).filter { $0.id.pack == pack && $0.appliedAt != nil }
        let highest = applied.map(\.id.version).max() ?? .zero
        return highest > version
          ? try migrator.down(file, to: version, of: pack, progress: tell)
          : version == .zero ? [] : try migrator.up(file, to: version, of: pack, progress: tell)
      }
      return .steps(steps, none: "The file is at version \(version) already.")
    }
  }

  struct Redo: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes the last migration out and brings it in again, in one transaction.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator()
      let steps = try database.changing { file in
        try migrator.redo(file, of: source.packName, progress: tell)
      }
      return .steps(steps, none: "There is no migration to do again.")
    }
  }

  struct DryRun: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Runs what is missing with the rows that are there, and takes it all back.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: ArgumentHelp("The last version to try.", valueName: "version"))
    var to: String?

    func report() throws -> MigrationReport {
      let version = try to.map(Migrator.version)
      let migrator = try source.migrator()
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
