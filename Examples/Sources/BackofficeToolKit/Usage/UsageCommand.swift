package import ArgumentParser
import Backoffice
import ExampleSupport

/// The commands of usage.
package struct UsageCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "usage",
    abstract: "Imports usage from tables and reports it.",
    discussion: """
      Examples:
        backoffice usage import CDNOW_sample.txt --format cdnow \\
          --database office.sqlite
        backoffice usage report --meter purchases --database office.sqlite
        backoffice usage import events.csv --customer user --time at \\
          --amount price --meter sales --database office.sqlite
      """,
    subcommands: [Import.self, Report.self])

  package init() {}
}

extension UsageCommand {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv, whitespace, cdnow, gitlog
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Imports a table with one line for each usage event.",
      discussion: """
        Formats: csv (columns named in the first line), whitespace (columns named by --columns), \
        cdnow and gitlog (known tables). A second import of the same file changes nothing; equal \
        lines of a file are separate events, and a line that is also in another file of the same \
        --source is one event. Invalid lines are reported on standard error and skipped; the \
        command fails if no line is valid.

        The events stay for ever: preview an import with --dry-run. backoffice imports take-back \
        corrects one that was wrong.
        """)

    @OptionGroup var options: ImportOptions
    @Option(help: "The format of the table.")
    var format: Format = .csv
    @Option(help: "The names of the columns, separated by commas, if the table has no header.")
    var columns: String?
    @Option(help: "The column with the customer.")
    var customer: String?
    @Option(help: "The column with the time.")
    var time: String?
    @Option(help: "The format of times: iso, unix, or a pattern such as 'yyyyMMdd'.")
    var timeFormat: String?
    @Option(help: "The time zone of times without an offset.", transform: Arguments.zone)
    var zone: Zone = .utc
    @Option(help: "A column with the local time and its offset, for the local day.")
    var localTime: String?
    @Option(help: "The column with the quantity; without it, each line counts 1.")
    var quantity: String?
    @Option(help: "The column with the amount of money, such as 12.34.")
    var amount: String?
    @Option(help: "The currency of the amounts.", transform: Self.currency)
    var currency: Currency = .usd
    @Option(help: "The column with the key of an event; the text of the line by default.")
    var key: String?
    @Option(help: "A further column to store with each event; may be repeated.")
    var keep: [String] = []
    @Option(help: "The meter.", transform: Arguments.name)
    var meter: String?
    @Option(
      help: "A name for the source; files of one source have the same customers.",
      transform: Arguments.name)
    var source: String?

    func run() throws {
      let table = table()
      try options.run(into: .usage, options: table.options, of: "events of '\(table.meter)'") {
        source, store, run, report in
        try table.run(source, into: store, as: run, dryRun: options.dryRun, &report)
      }
    }

    private static func currency(_ text: String) throws -> Currency {
      guard let currency = Currency(text) else {
        throw ValidationError("a currency must be three capital letters, such as EUR")
      }
      return currency
    }

    private func table() -> UsageTable {
      var table =
        switch format {
        case .csv, .whitespace: UsageTable()
        case .cdnow: UsageTable.cdnow
        case .gitlog: UsageTable.gitlog
        }
      if format == .csv || format == .whitespace {
        table.reader = TableReader(
          shape: format == .csv ? .delimited(",") : .whitespace,
          columns: columns?.split(separator: ",").map { $0.trimmed })
      }
      table.columns.customer = customer ?? table.columns.customer
      table.columns.time = time ?? table.columns.time
      table.columns.localTime = localTime ?? table.columns.localTime
      table.columns.quantity = quantity ?? table.columns.quantity
      table.columns.amount = amount ?? table.columns.amount
      table.columns.key = key ?? table.columns.key
      table.columns.kept += keep
      table.timeFormat = timeFormat ?? table.timeFormat
      table.zone = zone
      table.currency = currency
      table.meter = meter.map(Meter.init(rawValue:)) ?? table.meter
      table.source = source ?? table.source
      return table
    }
  }

  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Events, customers and sums of a meter by month or year, in UTC.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: "The meter.")
    var meter = "events"
    @Option(help: "By month or by year.")
    var by: UsageReport.Period = .month

    func run() throws {
      let store = try database.openToRead()
      defer { store.close() }
      let report = try UsageReport(store, meter: Meter(rawValue: meter), by: by)
      guard report.events > 0 else {
        throw try Unknown(
          "usage of the meter", meter, in: store,
          known: "SELECT DISTINCT meter FROM usage_records ORDER BY 1 LIMIT 50")
      }
      if format.json { try Output.json(report) } else { show(report) }
    }

    private func show(_ report: UsageReport) {
      Output.heading(
        "\(Human.count(report.events, "event", "events")) of "
          + Human.count(report.customers, "customer", "customers"))
      Output.line(
        "  from \(report.firstEvent?.description ?? "–") to \(report.lastEvent?.description ?? "–")"
      )
      let hasMoney = report.currency != nil
      let largest = report.periods.map(\.events).max() ?? 0
      var table = TextTable(
        .text(by == .month ? "Month" : "Year"), .number("Events"), .text("", upTo: 20),
        .number("Customers"), .number("New"), .number("Quantity"),
        .number(hasMoney ? report.currency ?? "" : ""))
      for line in report.periods {
        table.add(
          .init(line.period), .init(line.events),
          .init(Charts.bar(line.events, of: largest, width: 16), .accent), .init(line.customers),
          .init(line.newCustomers), .init(line.quantity),
          .init(hasMoney ? Human.hundredths(line.minorUnits) : ""))
      }
      table.add(
        .init("All", .heading), .init(report.events), "", .init(report.customers), "",
        .init(report.quantity), .init(hasMoney ? Human.hundredths(report.minorUnits) : ""))
      Output.lines(table.lines())
      Output.line(
        "\n  once only: \(Human.grouped(report.customersOfOneEvent)) customers; "
          + "in the last year: \(Human.grouped(report.customersInLastYear)); "
          + "events like an earlier one: \(report.repeatedEvents), "
          + "of no value: \(report.eventsWithoutValue)")
      if report.offsets > 0 {
        Output.line(
          "  \(report.offsets) offsets from UTC; "
            + "\(report.eventsOnOtherLocalDay) events on another local day than in UTC")
      }
      let leaders = report.leaders.map { "\($0.customer) (\($0.events))" }
      Output.line("  most by: \(leaders.joined(separator: ", "))")
      for (name, sum) in report.keptSums.sorted(by: { $0.key < $1.key }) {
        Output.line("  \(name), total: \(Human.grouped(sum))")
      }
    }
  }
}

extension UsageReport.Period: ExpressibleByArgument {}
