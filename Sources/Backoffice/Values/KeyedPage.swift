extension Transaction where Self: ~Copyable {
  /// A page of a statement that selects a record, its sort value and its `pk`, and whose last
  /// parameter is a limit.
  func keyedPage<R: TableRow, each Value: Bindable>(
    _ statement: SQLStatement, limit: Int, _ values: repeat each Value
  ) throws -> Page<R> {
    let limit = PageLimit.clamped(limit)
    let width = R.columns.count
    var elements: [R] = []
    var last: PageCursor?
    var next: PageCursor?
    // One more than the page has tells whether another one follows.
    try forEach(statement, repeat each values, limit + 1) { row in
      guard elements.count < limit else {
        next = last
        return false
      }
      elements.append(try R(row))
      last = PageCursor(
        value: try row.value(at: width), key: try row.value(at: width + 1))
      return true
    }
    return Page(elements: elements, next: next)
  }
}

extension PageCursor {
  /// Before the newest row there can be.
  static let newest = PageCursor(value: .max, key: .max)
}

extension Page {
  /// A page of the first `limit` rows, which goes on when there are more.
  static func made(from rows: [(element: Element, cursor: PageCursor)], limit: Int) -> Page {
    Page(
      elements: rows.prefix(limit).map(\.element),
      next: rows.count > limit ? rows[limit - 1].cursor : nil)
  }
}
