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
      Takes missing snapshots first, and checks the store at the end; fails if there are \
      findings.

      Example:
        directorybolt report --database office.sqlite --days 60
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "The number of days in figures by day.")
  var days = 30
  @Option(help: "The number of customers in the list.")
  var customers = 15

  package init() {}

  package func validate() throws {
    guard (1...3650).contains(days) else { throw ValidationError("--days must be 1 to 3650") }
  }

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    try store.analytics.refresh()
    let report = try OfficeReport(store, days: days)
    if format.json { try Output.json(report) } else { report.show(customers: customers) }
    if !report.check.isClean { throw ExitCode.failure }
  }
}
