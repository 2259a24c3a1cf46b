/// Checks that the last history row of each entity of a kind has the entity's current status.
public struct StatusHistoryCheck: ConsistencyCheck {
  /// The name of the table followed by `.history`.
  public let name: String
  private let table: String
  private let differing: SQLStatement

  /// Creates a check of the entities of `kind`, which are stored in `table`.
  ///
  /// - Parameters:
  ///   - kind: the kind of the entities in the history.
  ///   - table: the table of the entities, with the columns `id` and `status`.
  ///   - hasPipeline: whether the table has a column `pipeline`, which the history must match too.
  public init(_ kind: EntityKind, table: String, hasPipeline: Bool = false) {
    name = "\(table).history"
    self.table = table
    differing = SQLStatement(
      """
      SELECT entity.id, entity.status, last.to_status FROM \(table) AS entity
      LEFT JOIN status_history AS last ON last.pk = (
        SELECT pk FROM status_history
        WHERE entity_kind = '\(kind.rawValue)' AND entity_id = entity.id
        ORDER BY at DESC, pk DESC LIMIT 1)
      WHERE last.to_status IS NOT entity.status\(
        hasPipeline ? " OR last.pipeline <> entity.pipeline" : "") LIMIT ?
      """)
  }

  /// The entities whose history ends with another status or is empty.
  ///
  /// - Throws: `SQLiteError` if the database cannot be read.
  /// - Complexity: one index lookup per entity.
  public func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(differing, limit) { row in
      let id: ID<AnyEntity> = try row.value(at: 0)
      let status: String = try row.value(at: 1)
      let last: String? = try row.value(at: 2)
      return Finding(
        check: name, entity: "\(table) \(id)",
        problem: last.map { "is \(status), but its history ends with \($0)" }
          ?? "is \(status), but has no history")
    }
  }
}
