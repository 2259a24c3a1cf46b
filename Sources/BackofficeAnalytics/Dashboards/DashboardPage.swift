import Backoffice

/// A row of a dashboard that follows its internal key.
protocol DashboardRow: Sendable {
  /// Names the columns after the key; `now` is the transaction's time.
  init(_ column: inout some RowColumns & ~Copyable, now: Timestamp) throws(ColumnError)
}

extension DashboardRow {
  /// The columns as a select list of a view called `v`.
  static var columns: String { AnyMoment<Self>.selection(of: "v") }
}

/// A row of a dashboard without a time, from which the names of its columns are read.
private struct AnyMoment<Element: DashboardRow>: TableRow {
  static var tableName: String { "v" }

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    _ = try Element(&column, now: Timestamp(microseconds: 0))
  }
}

extension Transaction where Self: ~Copyable {
  /// A page of a statement that takes the last key and a limit after its own values, and returns the
  /// key as the first column.
  func page<Element: DashboardRow, each Value: Bindable>(
    _ statement: SQLStatement, _ values: repeat each Value, after cursor: PageCursor?,
    start: Int64, limit: Int
  ) throws -> Page<Element> {
    let limit = PageLimit.clamped(limit)
    let now = now
    var keys: [Int64] = []
    var elements: [Element] = try fetchAll(
      statement, repeat each values, cursor?.key ?? start, limit + 1
    ) { row in
      var column = row.reader()
      keys.append(try column("pk"))
      return try Element(&column, now: now)
    }
    guard elements.count > limit else { return Page(elements: elements, next: nil) }
    elements.removeLast(elements.count - limit)
    return Page(elements: elements, next: PageCursor(value: 0, key: keys[limit - 1]))
  }
}

/// A sum and the number of its values.
struct SumAndCount {
  let sum: Int64
  let count: Int

  init(_ sum: Int64?, _ count: Int) {
    self.sum = sum ?? 0
    self.count = count
  }

  /// The mean of durations in microseconds.
  var meanDuration: Duration? { count > 0 ? .microseconds(sum / Int64(count)) : nil }

  /// The mean rounded half up to two decimals.
  var mean: Double? {
    guard count > 0 else { return nil }
    return Double((200 * Int128(sum) + Int128(count)) / (2 * Int128(count))) / 100
  }
}
