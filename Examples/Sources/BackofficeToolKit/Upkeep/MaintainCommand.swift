package import ArgumentParser
import Backoffice
import ExampleSupport

/// Runs the upkeep of a store.
package struct MaintainCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "maintain",
    abstract: "Runs the upkeep tasks that are due, and lists all tasks with their last runs.",
    discussion: """
      Workers run upkeep too. Without a worker, run this command every minute, for example from \
      cron. It fails if a task fails.

      Examples:
        backoffice maintain --database office.sqlite
        backoffice maintain --all --database office.sqlite --json
        backoffice maintain --list --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Flag(help: "Run every task, due or not.")
  var all = false
  @Option(
    name: .customLong("task"), help: ArgumentHelp("A task to run, due or not.", valueName: "name"))
  var tasks: [String] = []
  @Flag(help: "List the tasks without running any.")
  var list = false

  package init() {}

  package func validate() throws {
    guard [all, list, !tasks.isEmpty].count(where: \.self) <= 1 else {
      throw ValidationError("use one of --all, --task and --list")
    }
  }

  package func run() throws {
    let store = try list ? database.openToRead() : database.openExisting()
    defer { store.close() }
    let report =
      try list ? nil : store.upkeep.run(tasks.isEmpty ? all ? .all : .due : .named(tasks))
    let lines = try store.upkeep.list().map { UpkeepLine($0, report) }
    if format.json { try Output.json(lines) } else { Output.lines(UpkeepLine.table(lines)) }
    if report?.failures.isEmpty == false { throw ExitCode.failure }
  }
}

/// An upkeep task, as the command prints it.
package struct UpkeepLine: Codable, Hashable, Sendable {
  package let name: String
  package let summary: String
  package let everySeconds: Int
  package let dueAt: String
  /// How many entities this run processed; nil if it did not run the task.
  package let count: Int?
  package let lastRunAt: String?
  package let lastCount: Int
  package let lastError: String?
  package let runs: Int
  package let failuresInARow: Int

  init(_ state: UpkeepState, _ report: UpkeepReport?) {
    name = state.name
    summary = state.summary
    everySeconds = Int(state.interval.components.seconds)
    dueAt = "\(state.dueAt)"
    count = report?.counts[state.name]
    lastRunAt = state.lastFinishedAt.map { "\($0)" }
    lastCount = state.lastCount
    lastError = state.lastError
    runs = state.runCount
    failuresInARow = state.failureCount
  }

  static func table(_ lines: [UpkeepLine]) -> [String] {
    var table = TextTable(
      .text("Task"), .text("Every"), .number("Now"), .text("Last run"), .number("Result"),
      .text("Next"), .text(""))
    for line in lines {
      table.add(
        .init(line.name), .init(Human.duration(seconds: line.everySeconds)),
        .init(line.count.map { "\($0)" } ?? "—"), .init(line.lastRunAt ?? "never"),
        .init(line.lastCount), .init(line.dueAt),
        .init(line.lastError ?? "", line.lastError == nil ? .plain : .bad))
    }
    return table.lines()
  }
}
