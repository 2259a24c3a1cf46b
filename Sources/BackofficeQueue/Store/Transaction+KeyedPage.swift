extension Transaction where Self: ~Copyable {
  /// A page of rows by key, for lists that a program adds.
  ///
  /// ```swift
  /// static let newest = SQLStatement(
  ///   """
  ///   SELECT \(selection), created_at, pk FROM visits
  ///   WHERE (created_at, pk) < (?1, ?2) ORDER BY created_at DESC, pk DESC LIMIT ?3
  ///   """)
  ///
  /// func visits(before cursor: PageCursor? = nil) throws -> Page<Visit> {
  ///   let start = cursor ?? .newest
  ///   return try access.readOnce { try $0.keyedPage(Self.newest, limit: 100, start.value, start.key) }
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - statement: selects the columns of the row, its sort value and its integer key, in the order of the
  ///     list; its last parameter is the limit.
  ///   - limit: the size of the page, 1 to ``PageLimit/maximum``; another one is brought into that range.
  ///   - values: the other parameters, such as where the page begins.
  /// - Throws: `SQLiteError`, and `RowDecodingError` for a column of another type.
  /// - Complexity: reads one row more than the page has.
  @inlinable
  public func keyedPage<R: TableRow, each Value: Bindable>(
    _ statement: SQLStatement, limit: Int = PageLimit.standard, _ values: repeat each Value
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
  /// Before the first row of a list that begins with the largest sort value.
  public static let newest = PageCursor(value: .max, key: .max)
  /// Before the first row of a list that begins with the smallest sort value.
  public static let oldest = PageCursor(value: .min, key: .min)
}
