package import ArgumentParser
import Backoffice
import ExampleSupport

/// Compares everything that is kept with what it is kept from.
package struct CheckCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says whether the books are in order; fails when they are not.",
    discussion: """
      Computes every derived value from scratch and compares it with the stored one, checks what \
      else must hold, and has SQLite check the file and its references. Changes nothing. What packs of \
      the file keep that this program does not have is not checked, and named.

      Example:
        backoffice check --database office.sqlite --json
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "The most findings of one check that are listed.")
  var limit = 100

  package init() {}

  package func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit must be positive") }
  }

  package func run() throws {
    let store = try database.openToRead()
    defer { store.close() }
    let check = try BookCheck(store, limit: limit)
    if format.json { try Output.json(check) } else { Output.lines(check.lines) }
    if !check.isClean { throw ExitCode.failure }
  }
}

/// Repairs derived values.
package struct RebuildCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Computes every derived value from scratch and writes it where it differs.",
    discussion: """
      One transaction: all of it, or nothing.

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
      Output.line("Nothing differed; nothing was changed.")
    } else {
      for (name, count) in repaired.sorted(by: { $0.key < $1.key }) {
        Output.line("\(name): \(Human.count(count, "row", "rows")) repaired")
      }
    }
  }
}
