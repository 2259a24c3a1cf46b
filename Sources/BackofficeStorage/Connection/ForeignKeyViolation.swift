/// A row with a foreign key that refers to no row.
public struct ForeignKeyViolation: Sendable, Hashable {
  /// The table of the row.
  public let table: String
  /// The rowid; nil in a `WITHOUT ROWID` table.
  public let rowID: Int64?
  /// The table that the foreign key refers to.
  public let parent: String

  package init(table: String, rowID: Int64?, parent: String) {
    self.table = table
    self.rowID = rowID
    self.parent = parent
  }
}

extension ForeignKeyViolation: CustomStringConvertible {
  /// The violation, on one line.
  public var description: String {
    "\(rowID.map { "row \($0)" } ?? "a row") of \(table) refers to a missing row of \(parent)"
  }
}
