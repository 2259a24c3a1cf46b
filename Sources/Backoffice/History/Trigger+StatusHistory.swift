/// What status history needs of the rows of an entity's table.
///
/// The table has a column `status`. ``BackofficeStorage/Trigger/statusHistory(of:on:refusal:)`` keeps the
/// history of its rows, and ``StatusHistoryCheck`` compares the two.
public protocol StatusTracked: TableRow {
  /// The row's id.
  var historyEntity: ID<AnyEntity> { get }
  /// Its status.
  var historyStatus: String { get }
  /// The pipeline that the status belongs to; empty where statuses are fixed, which is the default.
  var historyPipeline: String { get }
  /// Who owns the entity; nil by default.
  var historyOwner: ID<AnyEntity>? { get }
}

extension StatusTracked {
  /// Empty: the statuses are fixed.
  public var historyPipeline: String { "" }
  /// Nil: the entity has no owner.
  public var historyOwner: ID<AnyEntity>? { nil }
}

extension Trigger {
  /// A rule that writes a history row for each new entity and each change of its status, whatever
  /// statement made it, and refuses moves that are not allowed.
  ///
  /// The row says the time of `BackofficeStorage/WriteTransaction/dated(_:_:)`, or the time of the
  /// transaction. It is never before the entity's last row, so that history ends with the status that
  /// the entity has, also after the clock went back.
  ///
  /// - Parameters:
  ///   - kind: what the entity is called in history.
  ///   - type: the columns read of its table, whose status column is called `status`.
  ///   - refusal: the error for a move from the first row to the second, or nil when it is allowed.
  public static func statusHistory<R: StatusTracked>(
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
