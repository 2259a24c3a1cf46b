/// A consistency check that is one query, whose rows are the violations.
///
/// ```swift
/// QueryCheck(
///   "visits.times",
///   """
///   SELECT 'visits', id, 'it ends before it begins' FROM visits WHERE ended_at < began_at LIMIT ?
///   """)
/// ```
public struct QueryCheck: ConsistencyCheck {
  /// The name in findings.
  public let name: String
  private let violations: SQLStatement

  /// Creates a check.
  ///
  /// - Parameters:
  ///   - name: the name in findings, such as `visits.times`.
  ///   - violations: a query for a table, the 16-byte ID of a row and the problem; ends with `LIMIT ?`.
  public init(_ name: String, _ violations: String) {
    self.name = name
    self.violations = SQLStatement(violations)
  }

  /// Runs the query.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: that of the query.
  public func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(violations, limit) { row in
      let table: String = try row.value(at: 0)
      let id: ID<AnyEntity> = try row.value(at: 1)
      return Finding(check: name, entity: "\(table) \(id)", problem: try row.value(at: 2))
    }
  }
}
