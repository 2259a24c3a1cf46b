package import ArgumentParser
import Backoffice
import ExampleSupport

/// Lets assistants do what waits for a person.
package struct ActCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "act",
    abstract: "Hands out pending actions and lets the assistants do them.",
    discussion: """
      Actions go to who has the skill, is at work at this hour in the own time zone, and has \
      room. What nobody can do now stays, with the reasons. The bundled assistants are brought in \
      when the store has none.

      Example:
        directorybolt act --any-time --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Flag(help: "Hand out actions whatever the working hours.")
  var anyTime = false
  @Option(help: "How many actions at most.")
  var limit = 1000
  @Option(help: "What chance starts from.")
  var seed: UInt64 = 7

  package init() {}

  package func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be positive") }
  }

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
