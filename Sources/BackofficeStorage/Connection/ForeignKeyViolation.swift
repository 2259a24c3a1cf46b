/// A row that refers to nothing.
public struct ForeignKeyViolation: Sendable, Hashable {
  /// The table of the row.
  public let table: String
  /// The row; nil in a table `WITHOUT ROWID`.
  public let rowID: Int64?
  /// The table that has no such row.
  public let parent: String

  package init(table: String, rowID: Int64?, parent: String) {
    self.table = table
    self.rowID = rowID
    self.parent = parent
  }
}

extension ForeignKeyViolation: CustomStringConvertible {
  /// The row and what it lacks, on one line.
  public var description: String {
    "\(rowID.map { "row \($0)" } ?? "a row") of \(table) refers to no row of \(parent)"
  }
}

extension Connection {
  /// Hands each row that refers to nothing to `body`, until it answers false.
  ///
  /// - Parameters:
  ///   - table: whose rows are looked at; those of all tables where it is nil.
  ///   - body: takes the row.
  /// - Complexity: looks up every foreign key of every row.
  package func forEachForeignKeyViolation(
    of table: String? = nil, _ body: (ForeignKeyViolation) throws -> Bool
  ) throws {
    func take(_ row: borrowing Row) throws -> Bool {
      try body(
        ForeignKeyViolation(
          table: try row.value(at: 0), rowID: try row.value(at: 1), parent: try row.value(at: 2)))
    }
    if let table {
      try run(
        sql: "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check(?)", table, body: take)
    } else {
      try run(sql: "PRAGMA foreign_key_check", body: take)
    }
  }
}
