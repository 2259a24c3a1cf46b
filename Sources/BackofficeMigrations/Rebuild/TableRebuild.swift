/// What a table shall be, and where the values of its columns come from.
///
/// Columns of the same name keep their values. What would lose something has to be said: a column
/// that goes by ``drop(_:)``, a constraint that goes by ``lose(_:)``.
public struct TableRebuild: Sendable, Hashable {
  /// The `CREATE TABLE` of the new table, under the name of the old one; at first the present text.
  public var definition: String
  /// The expression over the old row that gives each new column its value.
  private(set) var values: [String: String] = [:]
  /// The new name of each renamed column, by the old one.
  private(set) var names: [String: String] = [:]
  private(set) var droppedColumns: Set<String> = []
  private(set) var droppedIndexes: Set<String> = []
  private(set) var droppedTriggers: Set<String> = []
  private(set) var accepted: Set<SchemaChange.Aspect> = []
  /// How many bytes must be free for each byte of the table and its indexes.
  ///
  /// The old table, the new one and the log of both are there at once; 2.2 is what was measured.
  public var roomFactor = 2.2

  init(definition: String) { self.definition = definition }

  /// Computes a column of the new table from the columns of the old one.
  ///
  /// - Parameters:
  ///   - column: the new column; an old one of the same name counts as used.
  ///   - expression: SQL over the old row, such as `coalesce(age, 0)`.
  public mutating func fill(_ column: String, with expression: String) {
    values[column.lowercased()] = expression
  }

  /// Gives a column another name; indexes, triggers, views and foreign keys follow it.
  public mutating func rename(_ column: String, to name: String) {
    names[column.lowercased()] = name
  }

  /// Lets a column go, and its values with it.
  public mutating func drop(_ column: String) { droppedColumns.insert(column.lowercased()) }

  /// Lets an index go, as one over a column that goes.
  public mutating func dropIndex(_ name: String) { droppedIndexes.insert(name.lowercased()) }

  /// Lets an SQL trigger of the table go, as one that uses a column that goes.
  public mutating func dropTrigger(_ name: String) { droppedTriggers.insert(name.lowercased()) }

  /// Lets constraints of one kind go, such as a `CHECK` that no longer holds.
  public mutating func lose(_ constraint: SchemaChange.Aspect) { accepted.insert(constraint) }
}

/// Why a table was not rebuilt; the table is as it was.
public enum TableRebuildError: Error, Sendable, Hashable {
  /// Foreign keys are enforced, so the rows that refer to the table would go with it.
  case foreignKeysEnforced(table: String)
  /// There is no such table.
  case noSuchTable(String)
  /// The table is virtual, the runner's own, or the data of another one.
  case notRebuildable(String)
  /// The definition is not a `CREATE TABLE` of that name.
  case wrongDefinition(table: String, found: String)
  /// A column that was to be renamed, dropped or filled is not there.
  case noSuchColumn(table: String, column: String)
  /// Columns have no place in the new table, and were not dropped by name.
  case columnsLost(table: String, columns: [String])
  /// Constraints have no place in the new table, and were not given up.
  case constraintsLost(table: String, constraints: [String])
  /// A new column refuses NULL, and nothing says what the old rows have in it.
  case valueMissing(table: String, column: String)
  /// Not every row arrived, as a constraint that ignores or replaces makes it happen.
  case rowsLost(table: String, expected: Int64, found: Int64)
  /// An index, a trigger or a view does not work on the new table.
  case dependentBroken(table: String, dependent: String, reason: String)
  /// There is too little room on the disk, in bytes.
  case diskTooFull(table: String, needed: Int64, free: Int64)
}

extension TableRebuildError: CustomStringConvertible {
  /// What was refused, why, and what to do, on one line.
  public var description: String {
    switch self {
    case .foreignKeysEnforced(let table):
      "\(table) cannot be rebuilt while foreign keys are enforced, as the rows that refer to it "
        + "would go with it; rebuild it in a migration"
    case .noSuchTable(let table): "there is no table \(table) to rebuild"
    case .notRebuildable(let table):
      "\(table) cannot be rebuilt: it is virtual, or belongs to the runner or to SQLite"
    case .wrongDefinition(let table, let found):
      "the new definition of \(table) must be CREATE TABLE \(table) (…), not [\(found)]"
    case .noSuchColumn(let table, let column):
      "the rebuild of \(table) names the column \(column), which is not there"
    case .columnsLost(let table, let columns):
      "the rebuild of \(table) would lose the columns \(columns.joined(separator: ", ")); "
        + "add them to the definition, or drop them by name"
    case .constraintsLost(let table, let constraints):
      "the rebuild of \(table) would lose \(constraints.joined(separator: "; ")); "
        + "add it to the definition, or give it up by name"
    case .valueMissing(let table, let column):
      "the rebuild of \(table) does not say what the rows have in \(column), which refuses NULL; "
        + "fill it, or give it a default"
    case .rowsLost(let table, let expected, let found):
      "the rebuild of \(table) would keep \(found) of its \(expected) rows; "
        + "a constraint of the new table drops the others"
    case .dependentBroken(let table, let dependent, let reason):
      "the rebuild of \(table) would break \(dependent): \(reason); change or drop it as well"
    case .diskTooFull(let table, let needed, let free):
      "the rebuild of \(table) needs \(needed / 1_048_576) MiB of free disk, "
        + "there are \(free / 1_048_576); make room first"
    }
  }
}
