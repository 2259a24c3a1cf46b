import Synchronization
import Testing

@testable import BackofficeStorage

/// Compares the rows that rules receive with what SELECT gives before and after each statement.
final class CaptureOracle: Sendable {
  /// The rows that rules received, in order; `column` is nil for the rule of all rows.
  private struct Seen: Sendable {
    var rows: [CapturedRows] = []
    /// The changes of each column that its rule received, by the number of the row.
    var updates: [Int: [Int: CapturedRows]] = [:]
    /// The columns that were set before or after the change, by the number of the row.
    var holding: [Int: Set<Int>] = [:]
  }

  let table: String
  let columns: [String]
  private let seen = Mutex(Seen())

  /// Whether no statement may fail.
  private let isStrict: Bool

  init(table: String, columns: [String], isStrict: Bool = false) {
    self.table = table
    self.columns = columns
    self.isStrict = isStrict
  }

  /// A rule for all rows, and for each column one for updates of it and one for when it is set.
  var triggers: [Trigger] {
    let all = Trigger(
      name: "all", table: table, timing: .after, events: Set(Trigger.Event.allCases),
      observedColumns: nil, rowColumns: columns,
      action: .after { [self] change, _ in
        let rows = try change.cells()
        seen.withLock { $0.rows.append(rows) }
      })
    let updates = columns.enumerated().map { place, column in
      Trigger(
        name: "update of \(column)", table: table, timing: .after, events: [.update],
        observedColumns: [column], rowColumns: [column],
        action: .after { [self] change, _ in
          let rows = try change.cells()
          seen.withLock { $0.updates[$0.rows.count - 1, default: [:]][place] = rows }
        })
    }
    let holding = columns.enumerated().map { place, column in
      Trigger(
        name: "holds \(column)", table: table, timing: .after,
        events: Set(Trigger.Event.allCases), observedColumns: nil, conditions: [.holds(column)],
        rowColumns: [],
        action: .after { [self] _, _ in
          _ = seen.withLock { $0.holding[$0.rows.count - 1, default: []].insert(place) }
        })
    }
    return [all] + updates + holding
  }

  /// The rows that the rule of all rows received since the last statement.
  var rows: [CapturedRows] { seen.withLock { $0.rows } }

  /// The rows of the table, as SELECT gives them.
  func rows(_ transaction: borrowing WriteTransaction) throws -> [[Cell]: Int] {
    let list = columns.map { SQLText.quoted($0) }.joined(separator: ", ")
    let rows = try transaction.fetchAll(
      sql: "SELECT \(list) FROM main.\(SQLText.quoted(table)) NOT INDEXED"
    ) { row in
      var cells: [Cell] = []
      for index in 0..<columns.count { cells.append(try row.value(at: index)) }
      return cells
    }
    return rows.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }

  /// Runs `body`, and returns what is wrong with the rows that rules received for it.
  func findings(
    _ transaction: borrowing WriteTransaction, _ body: (borrowing WriteTransaction) throws -> Void
  ) throws -> [String] {
    var model = try rows(transaction)
    seen.withLock { $0 = Seen() }
    var failure: (any Error)?
    do { try body(transaction) } catch { failure = error }
    let seen = seen.withLock { $0 }
    var findings: [String] = []
    let isUndone = failure is CaptureUndo
    if failure != nil, !isUndone, !seen.rows.isEmpty {
      return ["rules ran for a statement that failed"]
    }
    let before = model
    for (number, change) in seen.rows.enumerated() {
      if let old = change.old {
        let count = model[old, default: 0]
        if count == 0 { findings.append("\(change.event) \(number): no row was \(old)") }
        model[old] = count > 1 ? count - 1 : nil
      }
      if let new = change.new { model[new, default: 0] += 1 }
      findings += check(change, number, seen)
    }
    let selected = try rows(transaction)
    if isUndone { model = before }
    if model != selected {
      findings.append("the rules' rows lead to \(model), SELECT gives \(selected)")
    }
    if let failure, !isExpected(failure) { findings.append("\(failure)") }
    return findings
  }

  private func check(_ change: CapturedRows, _ number: Int, _ seen: Seen) -> [String] {
    var findings: [String] = []
    for place in columns.indices {
      let (old, new) = (change.old?[place], change.new?[place])
      let update = seen.updates[number]?[place]
      if change.event == .update, (update != nil) != (old != new) {
        findings.append(
          "\(columns[place]) of \(number) went from \(old ?? .null) to \(new ?? .null), "
            + "its rule \(update == nil ? "did not run" : "ran")")
      }
      if let update, update.old?[0] != old || update.new?[0] != new {
        findings.append("\(columns[place]) of \(number): its rule received \(update)")
      }
      let holds = (old?.holds ?? false) || (new?.holds ?? false)
      if holds != seen.holding[number, default: []].contains(place) {
        findings.append("\(columns[place]) of \(number) is set: \(holds), its rule disagrees")
      }
    }
    return findings
  }

  /// Whether SQLite may refuse a random statement so; anything else is a failure of the capture.
  private func isExpected(_ error: any Error) -> Bool {
    if isStrict { return false }
    guard let error = error as? SQLiteError else { return error is CaptureUndo }
    return !error.message.contains("captured")
  }
}

/// Undoes a part of a random statement.
struct CaptureUndo: Error {}
