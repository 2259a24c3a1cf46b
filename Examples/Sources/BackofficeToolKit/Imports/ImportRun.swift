import Backoffice
import Crypto
import ExampleSupport
import Foundation

/// One import into an append-only log: which file, with which options, and the rows that it added.
///
/// Each transaction that adds rows records them in the audit log, so that the import can be listed
/// and taken back.
final class ImportRun {
  /// The log that an import adds to.
  enum Table: String, Codable, Sendable {
    case history = "status_history"
    case usage = "usage_events"
  }

  /// What a transaction of an import did, as the audit log keeps it.
  struct Entry: Codable, Hashable, Sendable {
    var importID: String
    var table: Table
    var file: String
    /// The SHA-256 of the file; nil for standard input.
    var fingerprint: String?
    /// The options that decide what the lines mean.
    var options: [String: String]
    /// The keys of the first and the last row that was added.
    var first: Int
    var last: Int
    var added: Int
  }

  static let action = "import"
  static let takenBack = "import.taken_back"

  let table: Table
  private let file: String
  private let fingerprint: String?
  private let options: [String: String]
  /// Whether a file may be imported with other options than before.
  private let again: Bool
  private(set) var id: String?
  /// The rows that this import added.
  private(set) var added: [ClosedRange<Int>] = []

  init(
    _ table: Table, file: String, fingerprint: String?, options: [String: String], again: Bool
  ) {
    self.table = table
    self.file = file
    self.fingerprint = fingerprint
    self.options = options
    self.again = again
  }

  /// The SHA-256 of a file, read in pieces; nil for standard input.
  static func fingerprint(of path: String) throws -> String? {
    guard path != "-" else { return nil }
    var hash = SHA256()
    let source = try ByteSource(path: path)
    while let piece = try source.next() { hash.update(data: piece) }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Adds a portion of rows, and records which they are.
  ///
  /// - Parameter body: adds the rows, and returns their number.
  /// - Throws: ``OtherOptions``, and the errors of `body`.
  func add(
    _ transaction: borrowing WriteTransaction,
    _ body: (borrowing WriteTransaction) throws -> Int
  ) throws {
    try refuseOtherOptions(transaction)
    let before = try newest(transaction)
    let count = try body(transaction)
    guard count > 0 else { return }
    let id = id ?? "\(transaction.makeID(ImportRun.self))"
    self.id = id
    let rows = before + 1...(try newest(transaction))
    added.append(rows)
    let entry = Entry(
      importID: id, table: table, file: file, fingerprint: fingerprint, options: options,
      first: rows.lowerBound, last: rows.upperBound, added: count)
    try transaction.audit.record(
      NewAuditEntry(action: Self.action, metadata: try JSONText(encoding: entry)))
  }

  private func newest(_ transaction: borrowing WriteTransaction) throws -> Int {
    try transaction.fetchOne(sql: "SELECT coalesce(max(pk), 0) FROM \(table.rawValue)") { row in
      try row.value(at: 0)
    } ?? 0
  }

  private func refuseOtherOptions(_ transaction: borrowing WriteTransaction) throws {
    guard let fingerprint, !again, id == nil else { return }
    let earlier = try ImportRecord.all(transaction).first { record in
      record.fingerprint == fingerprint && record.table == table && !record.isTakenBack
        && record.options != options
    }
    guard let earlier else { return }
    let names = Set(earlier.options.keys).union(options.keys).filter {
      earlier.options[$0] != options[$0]
    }
    throw OtherOptions(
      file: file, importID: earlier.importID,
      differences: names.sorted().map { name in
        "\(name) was \(earlier.options[name] ?? "not given") and is now "
          + (options[name] ?? "not given")
      })
  }
}

/// An import, as the audit log has it.
struct ImportRecord: Codable, Hashable, Sendable {
  let importID: String
  let at: Timestamp
  let table: ImportRun.Table
  let file: String
  let fingerprint: String?
  let options: [String: String]
  var added: Int
  var isTakenBack: Bool
  /// The first and the last row of each transaction.
  var rows: [[Int]]

  private static let entries = """
    SELECT metadata, at FROM audit_log WHERE action = '\(ImportRun.action)' ORDER BY at, pk
    """
  private static let taken = """
    SELECT metadata ->> 'importID' FROM audit_log WHERE action = '\(ImportRun.takenBack)'
    """

  /// All imports, oldest first.
  ///
  /// - Complexity: reads a row for each transaction of each import.
  static func all(_ transaction: borrowing some Transaction & ~Copyable) throws -> [ImportRecord] {
    let taken = Set(
      try transaction.fetchAll(sql: Self.taken) { row in try row.value(at: 0, as: String.self) })
    var records: [ImportRecord] = []
    var places: [String: Int] = [:]
    let rows = try transaction.fetchAll(sql: entries) { row in
      (
        entry: try row.value(at: 0, as: JSONText.self).decode(ImportRun.Entry.self),
        at: try row.value(at: 1, as: Timestamp.self)
      )
    }
    for (entry, at) in rows {
      if let place = places[entry.importID] {
        records[place].added += entry.added
        records[place].rows.append([entry.first, entry.last])
      } else {
        places[entry.importID] = records.count
        records.append(
          ImportRecord(
            importID: entry.importID, at: at, table: entry.table, file: entry.file,
            fingerprint: entry.fingerprint, options: entry.options, added: entry.added,
            isTakenBack: taken.contains(entry.importID), rows: [[entry.first, entry.last]]))
      }
    }
    return records
  }
}

extension ImportRecord {
  /// The rows of the imports that were taken back.
  static func takenBackRows(
    of table: ImportRun.Table, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [ClosedRange<Int>] {
    let rows = try all(transaction).filter { $0.table == table && $0.isTakenBack }
      .flatMap(\.ranges).sorted { $0.lowerBound < $1.lowerBound }
    return rows.reduce(into: []) { merged, range in
      if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
  }

  /// The rows of the import; empty ranges of a damaged entry are left out.
  var ranges: [ClosedRange<Int>] {
    rows.compactMap { $0.count == 2 && $0[0] <= $0[1] && $0[1] < .max ? $0[0]...$0[1] : nil }
  }
}

/// Thrown when a file was imported before with other options.
package struct OtherOptions: Error, Hashable, CustomStringConvertible {
  let file: String
  let importID: String
  let differences: [String]

  package var description: String {
    "\(file) was imported before with other options (\(differences.joined(separator: "; "))), so "
      + "its events would be added a second time. Take the earlier import back with: "
      + "backoffice imports take-back \(importID) ; to have the events twice, give --again"
  }
}
