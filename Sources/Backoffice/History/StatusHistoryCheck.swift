/// A check that the last history row of each entity of a kind says the status that the entity has.
public struct StatusHistoryCheck: ConsistencyCheck {
  /// The name of the table, and `.history`.
  public let name: String
  private let table: String
  private let differing: SQLStatement

  /// A check of the entities of `kind`, which are the rows of `table`.
  ///
  /// - Parameters:
  ///   - kind: what the entities are called in history.
  ///   - table: their table, with the columns `id` and `status`.
  ///   - hasPipeline: whether the table has a column `pipeline`, which history has to say too.
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

  /// The entities whose history ends with another status, or that have none.
  ///
  /// - Complexity: a probe of the history for each entity.
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
