/// The columns that status history needs of an entity's table.
package protocol StatusTracked: TableRow {
  var historyEntity: ID<AnyEntity> { get }
  var historyStatus: String { get }
  var historyPipeline: String { get }
  var historyOwner: ID<AnyEntity>? { get }
}

extension StatusTracked {
  package var historyPipeline: String { "" }
  package var historyOwner: ID<AnyEntity>? { nil }
}

extension Trigger {
  /// Writes a history row for every new entity and every change of its status, whatever statement
  /// made it; and refuses a move that `isLegal` does not allow.
  ///
  /// - Parameters:
  ///   - kind: what the entity is called in history.
  ///   - type: the columns read of its table; the status column is called `status`.
  ///   - refusal: the error for an illegal move from the first to the second status, or nil.
  package static func statusHistory<R: StatusTracked>(
    of kind: EntityKind, on type: R.Type,
    refusal: @escaping @Sendable (R, R) -> (any Error)? = { _, _ in nil }
  ) -> Trigger {
    .after("\(R.tableName).history", .insertOrUpdate(of: "status"), on: R.self) {
      change, transaction in
      guard let new = change.new else { return }
      if let old = change.old {
        guard old.historyStatus != new.historyStatus else { return }
        if let error = refusal(old, new) { throw error }
      }
      try transaction.recordLatestHistory(
        StatusChange(
          kind: kind, entity: new.historyEntity, pipeline: new.historyPipeline,
          from: change.old?.historyStatus, to: new.historyStatus, owner: new.historyOwner))
    }
  }
}
