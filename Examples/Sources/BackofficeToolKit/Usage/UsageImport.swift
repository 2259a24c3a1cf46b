package import Backoffice
package import ExampleSupport

/// Imports a table with one line for each usage event.
///
/// The key of an event is its key column, or the name of the source and the line number. Equal lines are
/// separate events, and a second import of the same file changes nothing. Unknown customers are created
/// with their id in the file.
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
  /// The prefix of the customers' external ids in the store.
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

  /// Imports a table.
  ///
  /// - Throws: ``ReadingError``, and the errors of the store.
  package func run(_ input: ByteSource, into store: BackofficeStore) throws -> ImportReport {
    let store = store.acting(as: Principal(kind: .importer))
    let times = try TimeReader(format: timeFormat, zone: zone)
    let reader = TableReader(
      shape: reader.shape, columns: reader.columns, required: columns.all)
    var customers: [String: ID<Customer>] = [:]
    var report = ImportReport()
    var refused: [SkippedLine] = []
    var portion: [(line: Int, event: UsageEvent)] = []
    func flush() throws {
      let result = try store.usage.record(portion.map(\.event))
      report.added += result.recorded
      report.unchanged += result.duplicates
      refused += result.refusals.map { refusal in
        SkippedLine(line: portion[refusal.index].line, reason: refusal.error.description)
      }
      portion = []
    }
    let skipped = try reader.read(input) { line in
      let name = try line.text(columns.customer)
      var event = try event(line, times)
      event.customerID = try customers[name] ?? customer(name, in: store)
      customers[name] = event.customerID
      portion.append((line.line, event))
      if portion.count == Self.portion { try flush() }
    }
    try flush()
    report.skipped = (skipped + refused).sorted { $0.line < $1.line }
    return report
  }

  private func customer(_ name: String, in store: BackofficeStore) throws -> ID<Customer> {
    let external = "\(source):\(name)"
    if let known = try store.customers.find(externalID: external) { return known.id }
    // The store requires an address; this customer has none.
    let key = ID<AnyEntity>(naming: name, in: source)
    var new = NewCustomer(fullName: name, email: "\(key)@import.invalid", tier: nil)
    new.externalID = external
    do {
      return try store.customers.create(new, reason: "import").id
    } catch let error as CustomerError {
      throw LineProblem(error.description)
    }
  }

  /// The event of a line, without a customer.
  private func event(_ line: TableLine, _ times: TimeReader) throws -> UsageEvent {
    let key = try columns.key.map { try line.text($0) } ?? "line \(line.line)"
    var event = UsageEvent(key: "\(source):\(key)", customerID: .zero, meter: meter)
    event.at = try times.instant(try line.text(columns.time), column: columns.time)
    if let column = columns.quantity {
      event.quantity = try line.integer(column) ?? 1
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
