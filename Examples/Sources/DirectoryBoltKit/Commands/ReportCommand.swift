package import ArgumentParser
import Backoffice
import BackofficeAnalytics
import ExampleSupport

/// Prints a report.
package struct ReportCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Prints catalogue, credits, queue, assistants, submissions and sales.",
    discussion: """
      Checks the store at the end; fails if there are findings. --refresh takes missing snapshots \
      first, which writes to the file.

      Example:
        directorybolt report --database office.sqlite --days 60
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(
    help: "The number of days in figures by day.", transform: Arguments.number(1...3650))
  var days = 30
  @Option(
    help: "The number of customers in the list.", transform: Arguments.number(0...1_000_000))
  var customers = 15

  @Flag(help: "Take missing snapshots first.")
  var refresh = false

  package init() {}

  package func run() throws {
    let store = try refresh ? database.openExisting() : database.openToRead()
    defer { store.close() }
    if refresh { try store.analytics.refresh() }
    let report = try OfficeReport(store, days: days)
    if format.json { try Output.json(report) } else { report.show(customers: customers) }
    if !report.check.isClean { throw ExitCode.failure }
  }
}
