package import Backoffice
package import ExampleSupport

/// Reads an event log of cases (one line an event: which case, which status, when) into the
/// history of a store.
///
/// The order of events in a case is (time, position in the file). Importing a file a second time
/// changes nothing: an event counts as known when the case has a row with the same time, status
/// and owner, each row once.
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

  /// The number of events in a transaction.
  private static let portion = 10_000

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

  /// Imports a file.
  ///
  /// - Throws: ``ReadingError``, and the errors of the store.
  package func run(_ source: ByteSource, into store: BackofficeStore) throws -> ImportReport {
    let store = store.acting(as: Principal(kind: .importer))
    let reader = TableReader(shape: .delimited(delimiter), required: columns.all)
    var report = ImportReport()
    var known = KnownEvents(kind: kind)
    var portion: [NewHistoryEntry] = []
    func flush() throws {
      guard !portion.isEmpty else { return }
      let entries = portion
      portion = []
      let fresh = try store.read { transaction in
        var fresh: [NewHistoryEntry] = []
        for entry in entries where try !known.contains(entry, transaction) { fresh.append(entry) }
        return fresh
      }
      report.unchanged += entries.count - fresh.count
      if !fresh.isEmpty { report.added += try store.history.append(fresh, reason: "import") }
    }
    report.skipped = try reader.read(source) { line in
      portion.append(try entry(line))
      if portion.count == Self.portion { try flush() }
    }
    try flush()
    return report
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

  private static let newest = "SELECT coalesce(max(pk), 0) FROM status_history"
  private static let same = """
    SELECT count(*) FROM status_history
    WHERE entity_kind = ?1 AND entity_id = ?2 AND at = ?3 AND to_status = ?4 AND owner_id IS ?5
      AND pk <= ?6
    """

  let kind: EntityKind
  /// The last row before this import: its own rows are no duplicates of each other.
  private var last: Int?
  /// How often a known event was met; empty on a first import.
  private var met: [Event: Int] = [:]

  init(kind: EntityKind) { self.kind = kind }

  mutating func contains(
    _ entry: NewHistoryEntry, _ transaction: borrowing ReadTransaction
  ) throws -> Bool {
    if last == nil {
      last = try transaction.fetchOne(sql: Self.newest) { row in try row.value(at: 0) } ?? 0
    }
    let stored =
      try transaction.fetchOne(
        sql: Self.same, kind, entry.entity, entry.at, entry.status, entry.owner, last
      ) { row in try row.value(at: 0) as Int } ?? 0
    guard stored > 0 else { return false }
    let event = Event(
      entity: entry.entity, at: entry.at, status: entry.status, owner: entry.owner)
    guard met[event, default: 0] < stored else { return false }
    met[event, default: 0] += 1
    return true
  }
}
