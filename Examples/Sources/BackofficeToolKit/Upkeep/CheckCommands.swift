package import ArgumentParser
import Backoffice
import ExampleSupport

/// Compares derived values with their sources.
package struct CheckCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks the derived values and the file; fails if there are findings.",
    discussion: """
      Recomputes every derived value and compares it with the stored one, runs all other checks, \
      and lets SQLite check the file and its references. Changes nothing. Values of packs that \
      this program does not have are not checked; the packs are listed.

      Example:
        backoffice check --database office.sqlite --json
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(
    help: "The most findings of one check that are listed.",
    transform: Arguments.number(1...100_000))
  var limit = 100

  package init() {}

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    let check = try BookCheck(store, limit: limit)
    if format.json { try Output.json(check) } else { Output.lines(check.lines) }
    if !check.isClean { throw ExitCode.failure }
  }
}

/// Rebuilds derived values.
package struct RebuildCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Recomputes every derived value and writes those that differ.",
    discussion: """
      Runs in one transaction.

      Example:
        backoffice rebuild --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption

  package init() {}

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    let repaired = try store.rebuild()
    if format.json {
      try Output.json(repaired)
    } else if repaired.isEmpty {
      Output.line("No value differed; nothing was changed.")
    } else {
      for (name, count) in repaired.sorted(by: { $0.key < $1.key }) {
        Output.line("\(name): \(Human.count(count, "row", "rows")) repaired")
      }
    }
  }
}
