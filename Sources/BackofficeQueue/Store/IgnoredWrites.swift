/// Checks that no SQL trigger of the watched tables drops writes in silence.
///
/// `RAISE(IGNORE)` lets a statement succeed that has changed nothing. An insert is then refused,
/// but an update looks like one of a row that has just gone.
struct IgnoredWrites: ConsistencyCheck {
  let name = "sql_triggers"
  /// The tables that rules watch.
  let tables: Set<String>

  private static let ignoring = SQLStatement(
    """
    SELECT name, tbl_name FROM main.sqlite_schema
    WHERE type = 'trigger' AND lower(replace(sql, ' ', '')) LIKE '%raise(ignore)%' ORDER BY name
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.ignoring) { row in
      (name: try row.value(at: 0, as: String.self), table: try row.value(at: 1, as: String.self))
    }
    .filter { tables.contains($0.table) }.prefix(limit).map { trigger in
      Finding(
        check: name, entity: "\(trigger.table) \(trigger.name)",
        problem: "the SQL trigger drops writes with RAISE(IGNORE), which look as if they had been "
          + "made; use RAISE(ABORT, …), or remove it with DROP TRIGGER")
    }
  }
}
