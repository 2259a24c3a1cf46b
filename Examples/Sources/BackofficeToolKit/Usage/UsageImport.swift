package import Backoffice
package import ExampleSupport

/// Imports a table with one line for each usage event.
///
/// The key of an event is its key column; without one, a sum of the line's text and how often the
/// file had that text before. So equal lines of a file are separate events, a second import of the
/// file changes nothing, and a line that two files of one source share is one event. Unknown
/// customers are created with their id in the source.
package struct UsageTable {
  /// The columns and their meanings.
  package struct Columns: Sendable {
    package var customer = "customer"
    package var time = "time"
    package var quantity: String?
    package var amount: String?
    package var localTime: String?
    package var key: String?
    /// Further columns, stored with the event.
    package var kept: [String] = []

    package init() {}

    var all: [String] {
      [customer, time] + [quantity, amount, localTime, key].compactMap(\.self) + kept
    }
  }

  package var columns = Columns()
  package var reader = TableReader()
  package var timeFormat = "iso"
  package var zone: Zone = .utc
  package var meter: Meter = "events"
  package var currency: Currency = .usd
  /// Where the table comes from: the prefix of its customers' external ids and of its events' keys.
  ///
  /// Files of one source have the same customers.
  package var source = "import"

  package init() {}

  /// The purchases of CDNOW: customer, id in the sample, day, units, dollars.
  package static var cdnow: UsageTable {
    var table = UsageTable()
    table.columns.customer = "customer"
    table.columns.time = "day"
    table.columns.quantity = "units"
    table.columns.amount = "amount"
    table.reader = TableReader(
      shape: .whitespace, columns: ["customer", "sample", "day", "units", "amount"])
    // The full file has no ids of a sample.
    table.reader.otherColumns = [["customer", "day", "units", "amount"]]
    table.timeFormat = "yyyyMMdd"
    table.meter = "purchases"
    table.source = "cdnow"
    return table
  }

  /// Commits of a repository: author, Unix time, local time with its offset.
  package static var gitlog: UsageTable {
    var table = UsageTable()
    table.columns.customer = "author"
    table.columns.time = "authored_unix"
    table.columns.localTime = "authored_local"
    table.columns.key = "commit"
    table.columns.kept = ["files_changed", "insertions", "deletions"]
    table.timeFormat = "unix"
    table.meter = "commits"
    table.source = "gitlog"
    return table
  }

  /// The number of lines in a transaction.
  private static let portion = 1000

  /// The options that decide what the lines mean.
  var options: [String: String] {
    var options = ["meter": meter.rawValue, "source": source, "currency": currency.code]
    options["customer"] = columns.customer
    options["time"] = columns.time
    options["quantity"] = columns.quantity
    options["amount"] = columns.amount
    options["key"] = columns.key
    return options
  }

  /// Imports a table.
  ///
  /// - Throws: ``ReadingError``, ``LineFailure``, and the errors of the store.
  package func run(_ input: ByteSource, into store: BackofficeStore) throws -> ImportReport {
    var report = ImportReport()
    let run = ImportRun(.usage, file: "", fingerprint: nil, options: options, again: true)
    try self.run(input, into: store, as: run, dryRun: false, &report)
    return report
  }

  /// Imports a table as an import that can be taken back.
  ///
  /// - Parameters:
  ///   - dryRun: whether everything is written in one transaction that is rolled back.
  ///   - report: what has been done, also when an error ends the import.
  func run(
    _ input: ByteSource, into store: BackofficeStore, as run: ImportRun, dryRun: Bool,
    _ report: inout ImportReport
  ) throws {
    let store = store.acting(as: Principal(kind: .importer))
    if dryRun {
      try store.rollingBack { transaction in
        try read(input, &report) { lines, report in
          try record(lines, run, &report, transaction)
        }
      }
    } else {
      try read(input, &report) { lines, report in
        let before = report
        report = try store.write(reason: "import") { transaction in
          var report = before
          try record(lines, run, &report, transaction)
          return report
        }
      }
    }
    report.importID = dryRun ? nil : run.id
  }

  /// A line of the table: the name of its customer, and its event without one.
  private struct Line {
    let line: Int
    let customer: String
    var event: UsageEvent
  }

  private func read(
    _ input: ByteSource, _ report: inout ImportReport,
    _ flush: ([Line], inout ImportReport) throws -> Void
  ) throws {
    let times = try TimeReader(format: timeFormat, zone: zone)
    var reader = reader
    reader.required = columns.all
    var portion: [Line] = []
    var keys = LineKeys()
    var done = report
    defer { report = done }
    let skipped = try reader.read(input) { line in
      let name = try line.text(columns.customer)
      let key = try columns.key.map { try line.text($0) } ?? keys.key(of: line)
      portion.append(Line(line: line.line, customer: name, event: try event(line, key, times)))
      guard portion.count == Self.portion else { return }
      try flush(portion, &done)
      portion = []
    }
    if !portion.isEmpty { try flush(portion, &done) }
    for line in skipped { done.skipped.add(line) }
  }

  private func record(
    _ lines: [Line], _ run: ImportRun, _ report: inout ImportReport,
    _ transaction: borrowing WriteTransaction
  ) throws {
    let hasTakenBack = try TakenBack.hasAny(transaction)
    var customers: [String: ID<Customer>] = [:]
    var result = report
    try run.add(transaction) { transaction in
      var added = 0
      for var line in lines {
        do {
          let known = try customers[line.customer] ?? customer(line.customer, transaction)
          customers[line.customer] = known
          line.event.customerID = known
          if hasTakenBack {
            line.event.key = try TakenBack.freeKey(line.event.key, transaction)
          }
          switch try transaction.usage.record(line.event) {
          case .recorded: added += 1
          case .duplicate: result.unchanged += 1
          }
        } catch let problem as LineProblem {
          result.skipped.add(SkippedLine(line: line.line, reason: problem.description))
        } catch let error as UsageError {
          result.skipped.add(SkippedLine(line: line.line, reason: error.description))
        }
      }
      result.added += added
      return added
    }
    report = result
  }

  private func customer(
    _ name: String, _ transaction: borrowing WriteTransaction
  ) throws -> ID<Customer> {
    let external = "\(source):\(name)"
    if let known = try transaction.customers.find(externalID: external) { return known.id }
    // The store requires an address; this customer has none.
    let key = ID<AnyEntity>(naming: name, in: source)
    var new = NewCustomer(fullName: name, email: "\(key)@import.invalid", tier: nil)
    new.externalID = external
    do {
      return try transaction.customers.create(new, reason: "import").id
    } catch let error as CustomerError {
      throw LineProblem(error.description)
    }
  }

  /// The event of a line, without a customer.
  private func event(
    _ line: TableLine, _ key: String, _ times: TimeReader
  ) throws -> UsageEvent {
    var event = UsageEvent(key: "\(source):\(key)", customerID: .zero, meter: meter)
    event.at = try times.instant(try line.text(columns.time), column: columns.time)
    if let column = columns.quantity {
      guard let quantity = try line.integer(column) else {
        throw LineProblem("'\(column)' is empty")
      }
      event.quantity = quantity
    }
    if let column = columns.amount {
      let text = try line.text(column)
      guard let amount = Money(decimal: text, currency: currency) else {
        throw LineProblem("'\(column)' is \(text.quoted), an amount in \(currency) was expected")
      }
      event.amount = amount
    }
    var kept: [String: String] = [:]
    for column in columns.kept { kept[column] = line[column] }
    if let column = columns.localTime {
      let text = try line.text(column)
      guard let minutes = LocalOffset.minutes(in: text), let at = event.at else {
        throw LineProblem("'\(column)' is \(text.quoted), a time with an offset was expected")
      }
      event.localDay = (at + .minutes(minutes)).utcDate
      kept["utc_offset_minutes"] = String(minutes)
    }
    if !kept.isEmpty { event.metadata = try JSONText(encoding: kept) }
    return event
  }
}
