package import ArgumentParser
import Backoffice
import ExampleSupport

/// The commands of history.
package struct HistoryCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Imports event logs of other systems and reports their figures.",
    discussion: """
      Example:
        backoffice history import incidents.csv --case number \\
          --status incident_state --time sys_updated_at \\
          --time-format 'dd-MM-yyyy HH:mm' --owner assigned_to \\
          --customer caller_id --missing '?' --keep made_sla \\
          --keep reassignment_count --database office.sqlite
        backoffice history report --database office.sqlite
      """,
    subcommands: [Import.self, Report.self])

  package init() {}
}

extension HistoryCommand {
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads a table with one line for each event of a case.",
      discussion: """
        Events of a case are ordered by time, then by position in the file. A second import of \
        the same file changes nothing; with other columns it is refused. Invalid lines are \
        reported on standard error and skipped; the command fails if no line is valid.

        The rows stay for ever: preview an import with --dry-run. backoffice imports take-back \
        corrects one that was wrong.
        """)

    @OptionGroup var options: ImportOptions
    @Option(name: .customLong("case"), help: "The column with the case that an event belongs to.")
    var entity: String
    @Option(help: "The column with the status that the event led to.")
    var status: String
    @Option(help: "The column with the time of the event.")
    var time: String
    @Option(help: "The format of times: iso, unix, or a pattern such as 'dd-MM-yyyy HH:mm'.")
    var timeFormat = "iso"
    @Option(help: "The time zone of times without an offset.", transform: Arguments.zone)
    var zone: Zone = .utc
    @Option(help: "The column with the owner of the case.")
    var owner: String?
    @Option(help: "The column with the customer of the case.")
    var customer: String?
    @Option(help: "A further column to store with each event; may be repeated.")
    var keep: [String] = []
    @Option(help: "A text that means a missing value, in addition to an empty field.")
    var missing: String?
    @Option(help: "The kind of the cases in the store.", transform: Arguments.name)
    var kind = "case"
    @Option(help: "The separator of fields.", transform: Arguments.delimiter)
    var delimiter: Character = ","

    func run() throws {
      var columns = EventLogImport.Columns(entity: entity, status: status, time: time)
      columns.owner = owner
      columns.customer = customer
      columns.kept = keep
      let log = try EventLogImport(
        columns, kind: EntityKind(rawValue: kind), timeFormat: timeFormat, zone: zone,
        missing: missing, delimiter: delimiter)
      try options.run(into: .history, options: log.options, of: "events") {
        source, store, run, report in
        try log.run(source, into: store, as: run, dryRun: options.dryRun, &report)
      }
    }
  }

  struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Cycle times, transitions, owners and statuses of imported cases.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: "The kind of the cases in the store.")
    var kind = "case"
    @Option(help: "How many transitions are listed.", transform: Arguments.number(0...1000))
    var top = 12

    func run() throws {
      let store = try database.openToRead()
      defer { store.close() }
      let report = try EventLogReport(store, kind: EntityKind(rawValue: kind))
      guard report.events > 0 else {
        throw try Unknown(
          "history of kind", kind, in: store,
          known: "SELECT DISTINCT entity_kind FROM status_history ORDER BY 1 LIMIT 50")
      }
      if format.json { try Output.json(report) } else { show(report) }
    }

    private func show(_ report: EventLogReport) {
      Output.heading(
        "\(Human.grouped(report.events)) events of \(Human.grouped(report.cases)) cases")
      Output.line(
        "  from \(report.firstEvent?.description ?? "–") to \(report.lastEvent?.description ?? "–")"
      )
      if let cycle = report.cycle {
        func time(_ seconds: Double) -> String { Human.duration(seconds: Human.whole(seconds)) }
        Output.line(
          "  first to last event: mean \(time(cycle.meanSeconds)), "
            + "median \(time(cycle.medianSeconds)), longest \(time(cycle.maximumSeconds))")
      }
      Output.line(
        "  \(Human.count(report.ownerChanges, "change", "changes")) of owner, "
          + "\(Human.grouped(report.statusesEntered)) changes of status, "
          + "\(Human.grouped(report.selfTransitions)) events that kept it")

      Output.heading("Statuses of the cases")
      let largest = report.statuses.values.max() ?? 0
      var statuses = TextTable(.text("Status"), .number("Cases"), .text(""))
      for (status, count) in report.statuses.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) })
      {
        statuses.add(.init(status), .init(count), .init(Charts.bar(count, of: largest), .accent))
      }
      Output.lines(statuses.lines())

      Output.heading("Transitions")
      let most = report.transitions.first?.count ?? 0
      var moves = TextTable(.text("From"), .text("To"), .number("Times"), .text(""))
      for move in report.transitions.prefix(top) {
        let isSelf = move.from == move.to
        moves.add(
          .init(move.from), .init(move.to, isSelf ? .quiet : .plain), .init(move.count),
          .init(Charts.bar(move.count, of: most), isSelf ? .quiet : .accent))
      }
      Output.lines(moves.lines())
      showLastValues(report)
    }

    private func showLastValues(_ report: EventLogReport) {
      guard !report.lastValues.isEmpty else { return }
      Output.heading("Columns of the last events")
      for (column, values) in report.lastValues.sorted(by: { $0.key < $1.key }) {
        let common = values.cases.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(5)
        let text = common.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
        let sum = values.sum.map { "; total \(Human.grouped($0))" } ?? ""
        Output.line("  \(column): \(text)\(sum)")
      }
    }
  }
}
