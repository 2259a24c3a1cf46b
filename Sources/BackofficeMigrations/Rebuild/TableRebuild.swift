/// The description of a table rebuild.
///
/// Columns with the same name keep their values. Losses must be explicit: drop columns with
/// ``drop(_:)`` and constraints with ``dropConstraints(_:)``. Columns that a program added to a table of a
/// library stay with ``keepsOtherColumns``.
public struct TableRebuild: Sendable, Hashable {
  /// The `CREATE TABLE` statement of the new table, with the same name; initially the current
  /// definition.
  public var definition: String
  /// Whether columns that ``definition`` does not name are kept after its own columns; false by default,
  /// which refuses the rebuild unless they are dropped by name.
  ///
  /// For the migrations of a library, to whose tables programs may have added columns.
  public var keepsOtherColumns = false
  /// The expressions over the old row, by new column.
  private(set) var values: [String: String] = [:]
  /// The new names of renamed columns, by old name.
  private(set) var names: [String: String] = [:]
  private(set) var droppedColumns: Set<String> = []
  private(set) var droppedIndexes: Set<String> = []
  private(set) var droppedTriggers: Set<String> = []
  private(set) var accepted: Set<SchemaChange.Aspect> = []
  /// The free disk space that is required, as a multiple of the size of the table and its indexes.
  ///
  /// The old table, the new one and the log exist at the same time; the default of 2.2 was
  /// measured.
  public var roomFactor = 2.2

  init(definition: String) { self.definition = definition }

  /// Computes a column of the new table from the old row.
  ///
  /// - Parameters:
  ///   - column: the new column.
  ///   - expression: an SQL expression over the old row, such as `coalesce(age, 0)`.
  public mutating func fill(_ column: String, with expression: String) {
    values[column.lowercased()] = expression
  }

  /// Renames a column, also in indexes, triggers, views and foreign keys.
  public mutating func rename(_ column: String, to name: String) {
    names[column.lowercased()] = name
  }

  /// Drops a column with its values.
  public mutating func drop(_ column: String) { droppedColumns.insert(column.lowercased()) }

  /// Drops an index, such as one over a dropped column.
  public mutating func dropIndex(_ name: String) { droppedIndexes.insert(name.lowercased()) }

  /// Drops an SQL trigger, such as one that uses a dropped column.
  public mutating func dropTrigger(_ name: String) { droppedTriggers.insert(name.lowercased()) }

  /// Allows constraints of a kind to be dropped, such as a `CHECK`.
  public mutating func dropConstraints(_ constraint: SchemaChange.Aspect) {
    accepted.insert(constraint)
  }
}

/// The reason why a table was not rebuilt; the table is unchanged.
public enum TableRebuildError: Error, Sendable, Hashable {
  /// Foreign keys are enforced, so dropping the old table would delete the rows that refer to it.
  case foreignKeysEnforced(table: String)
  /// The table does not exist.
  case noSuchTable(String)
  /// The table is virtual, a shadow table, or the runner's own.
  case notRebuildable(String)
  /// The definition is not a `CREATE TABLE` statement with the table's name.
  case wrongDefinition(table: String, found: String)
  /// A column to rename, drop or fill does not exist.
  case noSuchColumn(table: String, column: String)
  /// The new definition omits columns that were not dropped explicitly.
  case columnsLost(table: String, columns: [String])
  /// The new definition omits constraints that were not dropped explicitly.
  case constraintsLost(table: String, constraints: [String])
  /// A new NOT NULL column has no value for the existing rows.
  case valueMissing(table: String, column: String)
  /// Rows were lost, because a constraint ignores or replaces conflicting rows.
  case rowsLost(table: String, expected: Int64, found: Int64)
  /// An index, a trigger or a view does not work with the new table.
  case dependentBroken(table: String, dependent: String, reason: String)
  /// There is too little disk space, in bytes.
  case diskTooFull(table: String, needed: Int64, free: Int64)
}

extension TableRebuildError: CustomStringConvertible {
  /// What was rejected, why, and what to do, on one line.
  public var description: String {
    switch self {
    case .foreignKeysEnforced(let table):
      "\(table) cannot be rebuilt while foreign keys are enforced, because the rows that refer "
        + "to it would be deleted; rebuild it in a migration"
    case .noSuchTable(let table): "the table \(table) does not exist"
    case .notRebuildable(let table):
      "\(table) cannot be rebuilt: it is virtual, or internal to the runner or SQLite"
    case .wrongDefinition(let table, let found):
      "the new definition of \(table) must be CREATE TABLE \(table) (…), not [\(found)]"
    case .noSuchColumn(let table, let column):
      "the rebuild of \(table) uses the column \(column), which does not exist"
    case .columnsLost(let table, let columns):
      "the rebuild of \(table) would lose the columns \(columns.joined(separator: ", ")); "
        + "add them to the definition, or drop them explicitly"
    case .constraintsLost(let table, let constraints):
      "the rebuild of \(table) would lose \(constraints.joined(separator: "; ")); "
        + "add it to the definition, or drop it explicitly"
    case .valueMissing(let table, let column):
      "the rebuild of \(table) has no value for the NOT NULL column \(column); "
        + "fill it, or give it a default"
    case .rowsLost(let table, let expected, let found):
      "the rebuild of \(table) would keep only \(found) of \(expected) rows; "
        + "a constraint of the new table drops the others"
    case .dependentBroken(let table, let dependent, let reason):
      "the rebuild of \(table) would break \(dependent): \(reason); change or drop it as well"
    case .diskTooFull(let table, let needed, let free):
      "the rebuild of \(table) needs \(needed / 1_048_576) MiB of disk space, "
        + "but only \(free / 1_048_576) MiB are free; free disk space first"
    }
  }
}
