package import ArgumentParser
import Backoffice
import BackofficeAnalytics
import ExampleSupport

/// Takes snapshots of the sales pipeline.
package struct SnapshotCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Computes the daily, weekly and monthly snapshots that are missing or out of date.",
    discussion: """
      Computes every completed bucket from the first customer to yesterday from the history; \
      running it again changes nothing.

      Examples:
        backoffice snapshot --database office.sqlite
        backoffice snapshot --database office.sqlite --json
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption

  package init() {}

  private struct Answer: Encodable {
    let firstDay: String?
    let lastDay: String?
    let buckets: Int
    let changedRows: Int
  }

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    let refresh = try store.analytics.refresh()
    if format.json {
      try Output.json(
        Answer(
          firstDay: refresh.days?.lowerBound.description,
          lastDay: refresh.days?.upperBound.description, buckets: refresh.buckets,
          changedRows: refresh.changedRows))
    } else if let days = refresh.days {
      Output.line(
        "\(Human.count(refresh.buckets, "bucket", "buckets")) from \(days.lowerBound) to "
          + "\(days.upperBound) computed, "
          + "\(Human.count(refresh.changedRows, "row", "rows")) changed")
    } else {
      Output.line("All snapshots are up to date.")
    }
  }
}
