package import ArgumentParser
import Backoffice
import ExampleSupport

/// Simulates the assistants.
package struct ActCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "act",
    abstract: "Assigns pending actions and simulates the assistants.",
    discussion: """
      Actions are assigned to assistants who have the skill, are in their working hours, and \
      have capacity. Other actions stay pending, with the reasons. If the store has no \
      assistants, the bundled ones are imported.

      Example:
        directorybolt act --any-time --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Flag(help: "Assign actions outside of working hours too.")
  var anyTime = false
  @Option(
    help: "The maximum number of actions.", transform: Arguments.number(1...1_000_000_000))
  var limit = 1000
  @Option(help: "The seed of random numbers.")
  var seed: UInt64 = 7

  package init() {}

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    let report = try ActionShift(store, dice: Dice(seed: seed), anyTime: anyTime).run(limit: limit)
    if format.json {
      try Output.json(report)
      return
    }
    Output.line(
      "\(Human.count(report.completed, "action", "actions")) completed, \(report.failed) failed, "
        + "\(report.left) still waiting")
    var table = TextTable(.text("Assistant"), .number("Done"), .number("Failed"))
    for (name, counts) in report.assistants.sorted(by: { $0.key < $1.key }) {
      table.add(.init(name), .init(counts.completed), .init(counts.failed))
    }
    if !table.isEmpty { Output.lines(table.lines()) }
    for (reason, count) in report.excluded.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      Output.line(Paint.quiet("  an assistant \(reason): \(count) times"))
    }
  }
}
