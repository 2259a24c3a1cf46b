package import ArgumentParser
import Backoffice
import BackofficeAnalytics
import ExampleSupport

/// Shows how the service stands.
package struct ReportCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Shows catalogue, credits, queue, people, submissions and sales.",
    discussion: """
      Takes the snapshots that are missing first, and checks the books at the end; fails when they \
      are not in order.

      Example:
        directorybolt report --database office.sqlite --days 60
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "How many days back the lines by day go.")
  var days = 30
  @Option(help: "How many customers are listed.")
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
