package import ArgumentParser
import Backoffice
import ExampleSupport

/// Brings the schema of a file to where the library is, and back.
package struct MigrateCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Shows, brings in, takes out or verifies the steps of the schema.",
    discussion: """
      Examples:
        backoffice migrate status --database office.sqlite
        backoffice migrate up --database office.sqlite
        backoffice migrate down --to 11 --pack core --database office.sqlite
        backoffice migrate verify --database office.sqlite
      """,
    subcommands: [Status.self, Up.self, Down.self, Verify.self])

  package init() {}
}

extension MigrateCommand {
  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists every step and how the file stands to it; changes nothing.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func run() throws {
      try database.requireFile()
      let migrator = try StoreSettings.standard().migrator()
      let steps = try Database.maintain(.readOnly(database.database)) { maintenance in
        try migrator.status(maintenance)
      }
      if format.json {
        try Output.json(steps.map(StepReport.init))
        return
      }
      var table = TextTable(.text("Step", upTo: 48), .text("State"), .text("Since", upTo: 30))
      for step in steps {
        table.add(
          .init(step.id.description), .init(step.state.rawValue, step.state.paint),
          .init(step.appliedAt?.description ?? "–", .quiet))
      }
      Output.lines(table.lines())
    }
  }

  struct Up: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Brings in what is missing; makes the file when there is none.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func run() throws {
      let migrator = try StoreSettings.standard().migrator()
      let steps = try Database.maintain(.file(database.database)) { maintenance in
        try migrator.up(maintenance, progress: progress(quietly: format.json))
      }
      try report(steps, json: format.json, none: "The schema is up to date; nothing to do.")
    }
  }

  struct Down: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes steps of one pack out again, the latest first.",
      discussion: "The rows in their tables go with them: keep a backup.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(
      help: ArgumentHelp("The last version that stays; 0 takes out all.", valueName: "version"))
    var to: Int
    @Option(help: "The pack whose steps are taken out.")
    var pack = "core"

    func validate() throws {
      guard to >= 0 else { throw ValidationError("--to must not be negative") }
    }

    func run() throws {
      try database.requireFile()
      let migrator = try StoreSettings.standard().migrator()
      let steps = try Database.maintain(.file(database.database)) { maintenance in
        try migrator.down(
          maintenance, to: MigrationVersion(to), of: pack, progress: progress(quietly: format.json))
      }
      try report(steps, json: format.json, none: "No step is above \(pack) \(to); nothing to do.")
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fails unless the schema is exactly the library's; changes nothing.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func run() throws {
      try database.requireFile()
      let migrator = try StoreSettings.standard().migrator()
      try Database.maintain(.readOnly(database.database)) { maintenance in
        try migrator.requireCurrent(maintenance)
      }
      if format.json {
        try Output.json(["schema": "current"])
      } else {
        Output.line(Paint.good("✓ The schema is exactly the library's."))
      }
    }
  }
}

extension ParsableCommand {
  fileprivate func progress(quietly: Bool) -> (MigrationEvent) -> Void {
    { event in
      guard !quietly, case .finished(let step, let duration) = event else { return }
      Output.note("\(step) in \(duration.microseconds / 1000) ms")
    }
  }

  fileprivate func report(_ steps: [MigrationStep], json: Bool, none: String) throws {
    if json {
      try Output.json(steps.map(\.description))
    } else if steps.isEmpty {
      Output.line(none)
    } else {
      Output.line(Human.count(steps.count, "step", "steps") + " done.")
    }
  }
}

/// One step in JSON.
private struct StepReport: Encodable {
  let step: String
  let state: String
  let appliedAt: Timestamp?
  let isReversible: Bool

  init(_ status: MigrationStatus) {
    step = status.id.description
    state = status.state.rawValue
    appliedAt = status.appliedAt
    isReversible = status.isReversible
  }
}

extension MigrationStatus.State {
  fileprivate var paint: Paint {
    switch self {
    case .applied, .squashed: .good
    case .pending: .notable
    case .edited, .missing, .ahead, .outOfOrder, .unknownPack: .bad
    }
  }
}
