package import Backoffice
package import ExampleSupport

/// Reads an event log of cases (one line an event: which case, which status, when) into the
/// history of a store.
///
/// The order of events in a case is (time, position in the file). Importing a file a second time
/// changes nothing: an event counts as known when the case has a row with the same time, status
/// and owner, each row once. That is decided in the transaction that writes, so several imports of
/// one file at once add its events once.
package struct EventLogImport {
  /// The columns and their meanings.
  package struct Columns: Sendable {
    package var entity: String
    package var status: String
    package var time: String
    package var owner: String?
    package var customer: String?
    /// Further columns, stored with the event.
    package var kept: [String] = []

    package init(entity: String, status: String, time: String) {
      self.entity = entity
      self.status = status
      self.time = time
    }

    var all: [String] { [entity, status, time] + [owner, customer].compactMap(\.self) + kept }
  }

  private let columns: Columns
  private let kind: EntityKind
  private let times: TimeReader
  private let missing: String?
  private let delimiter: Character

  /// The number of events in a transaction; others write between the transactions.
  private static let portion = 1000

  package init(
    _ columns: Columns, kind: EntityKind, timeFormat: String, zone: Zone = .utc,
    missing: String? = nil, delimiter: Character = ","
  ) throws {
    self.columns = columns
    self.kind = kind
    times = try TimeReader(format: timeFormat, zone: zone)
    self.missing = missing
    self.delimiter = delimiter
  }

  /// The options that decide what the lines mean.
  var options: [String: String] {
    var options = ["kind": kind.rawValue, "case": columns.entity, "status": columns.status]
    options["time"] = columns.time
    options["owner"] = columns.owner
    options["customer"] = columns.customer
    options["missing"] = missing
    options["keep"] = columns.kept.isEmpty ? nil : columns.kept.joined(separator: ",")
    return options
  }

  /// Imports a file.
  ///
  /// - Throws: ``ReadingError``, ``LineFailure``, and the errors of the store.
  package func run(_ source: ByteSource, into store: BackofficeStore) throws -> ImportReport {
    var report = ImportReport()
    let run = ImportRun(
      .history, file: "", fingerprint: nil, options: options, again: true)
    try self.run(source, into: store, as: run, dryRun: false, &report)
    return report
  }

  /// Imports a file as an import that can be taken back.
  ///
  /// - Parameters:
  ///   - dryRun: whether everything is written in one transaction that is rolled back.
  ///   - report: what has been done, also when an error ends the import.
  func run(
    _ source: ByteSource, into store: BackofficeStore, as run: ImportRun, dryRun: Bool,
    _ report: inout ImportReport
  ) throws {
    let store = store.acting(as: Principal(kind: .importer))
    var known = KnownEvents(kind: kind)
    if dryRun {
      try store.rollingBack { transaction in
        try read(source, &report) { entries, report in
          try flush(entries, run, &known, &report, transaction)
        }
      }
    } else {
      try read(source, &report) { entries, report in
        var done = report
        let found = known
        (done, known) = try store.write(reason: "import") { transaction in
          var (report, known) = (done, found)
          try flush(entries, run, &known, &report, transaction)
          return (report, known)
        }
        report = done
      }
    }
    report.importID = dryRun ? nil : run.id
  }

  private func read(
    _ source: ByteSource, _ report: inout ImportReport,
    _ flush: ([NewHistoryEntry], inout ImportReport) throws -> Void
  ) throws {
    let reader = TableReader(shape: .delimited(delimiter), required: columns.all)
    var portion: [NewHistoryEntry] = []
    var done = report
    defer { report = done }
    done.skipped = try reader.read(source) { line in
      portion.append(try entry(line))
      guard portion.count == Self.portion else { return }
      try flush(portion, &done)
      portion = []
    }
    if !portion.isEmpty { try flush(portion, &done) }
  }

  private func flush(
    _ entries: [NewHistoryEntry], _ run: ImportRun, _ known: inout KnownEvents,
    _ report: inout ImportReport, _ transaction: borrowing WriteTransaction
  ) throws {
    try known.read(transaction)
    var fresh: [NewHistoryEntry] = []
    for entry in entries where try !known.contains(entry, run.added, transaction) {
      fresh.append(entry)
    }
    report.unchanged += entries.count - fresh.count
    try run.add(transaction) { transaction in
      fresh.isEmpty ? 0 : try transaction.history.append(fresh, reason: "import")
    }
    report.added += fresh.count
  }

  private func value(_ column: String?, of line: TableLine) -> String? {
    guard let column, let text = line[column], text != missing else { return nil }
    return text
  }

  private func entry(_ line: TableLine) throws -> NewHistoryEntry {
    func required(_ column: String) throws(LineProblem) -> String {
      guard let text = value(column, of: line) else { throw LineProblem("'\(column)' is missing") }
      return text
    }
    let entity = try required(columns.entity)
    let owner = value(columns.owner, of: line)
    var details = ["case": entity]
    details["owner"] = owner
    details["customer"] = value(columns.customer, of: line)
    for column in columns.kept { details[column] = value(column, of: line) }
    return NewHistoryEntry(
      kind: kind, entity: ID<AnyEntity>(naming: entity, in: kind.rawValue),
      status: try required(columns.status),
      owner: owner.map { ID(naming: $0, in: "owner") },
      at: try times.instant(try required(columns.time), column: columns.time),
      details: try JSONText(encoding: details))
  }
}

/// The events of a file that the store already has.
private struct KnownEvents {
  private struct Event: Hashable {
    let entity: ID<AnyEntity>
    let at: Timestamp?
    let status: String
    let owner: ID<AnyEntity>?
  }

  private static let same = """
    SELECT pk FROM status_history
    WHERE entity_kind = ?1 AND entity_id = ?2 AND at = ?3 AND to_status = ?4 AND owner_id IS ?5
    """

  let kind: EntityKind
  /// How often a known event was met; empty on a first import.
  private var met: [Event: Int] = [:]
  /// The rows of imports that were taken back.
  private var taken: [ClosedRange<Int>] = []

  init(kind: EntityKind) { self.kind = kind }

  mutating func read(_ transaction: borrowing WriteTransaction) throws {
    taken =
      try TakenBack.hasAny(transaction)
      ? ImportRecord.takenBackRows(of: .history, transaction) : []
  }

  /// Whether a row of another import is this event; each row is one event only.
  ///
  /// - Parameter own: the rows that this import added; they are no duplicates of each other.
  mutating func contains(
    _ entry: NewHistoryEntry, _ own: [ClosedRange<Int>], _ transaction: borrowing WriteTransaction
  ) throws -> Bool {
    let rows: [Int] = try transaction.fetchAll(
      sql: Self.same, kind, entry.entity, entry.at, entry.status, entry.owner
    ) { row in try row.value(at: 0) }
    guard !rows.isEmpty else { return false }
    let stored = rows.count { row in
      !own.contains { $0.contains(row) } && !taken.contains { $0.contains(row) }
    }
    let event = Event(
      entity: entry.entity, at: entry.at, status: entry.status, owner: entry.owner)
    guard met[event, default: 0] < stored else { return false }
    met[event, default: 0] += 1
    return true
  }
}

extension BackofficeStore {
  private struct RollBack: Error {}

  /// Runs `body` in a write transaction that is rolled back.
  func rollingBack(_ body: (borrowing WriteTransaction) throws -> Void) throws {
    do {
      try write(reason: "import") { transaction in
        try body(transaction)
        throw RollBack()
      }
    } catch is RollBack {}
  }
}
