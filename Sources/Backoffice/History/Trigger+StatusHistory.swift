/// A row type whose status changes are recorded in the history.
///
/// The table must have a column `status`.
/// ``BackofficeStorage/Trigger/statusHistory(of:on:refusal:)`` records the history of its rows, and
/// ``StatusHistoryCheck`` compares them.
public protocol StatusTracked: TableRow {
  /// The row's id.
  var historyEntity: ID<AnyEntity> { get }
  /// The row's status.
  var historyStatus: String { get }
  /// The pipeline of the status; empty by default, for fixed statuses.
  var historyPipeline: String { get }
  /// The owner of the entity; nil by default.
  var historyOwner: ID<AnyEntity>? { get }
}

extension StatusTracked {
  /// The empty string: the statuses are fixed.
  public var historyPipeline: String { "" }
  /// Nil: the entity has no owner.
  public var historyOwner: ID<AnyEntity>? { nil }
}

extension Trigger {
  /// A rule that writes a history row for each new entity and each change of its status by any
  /// statement, and rejects transitions that are not allowed.
  ///
  /// The row has the time of `BackofficeStorage/WriteTransaction/dated(_:_:)`, or of the
  /// transaction. It is never before the entity's last row, so the history ends with the current
  /// status even if the clock went back.
  ///
  /// - Parameters:
  ///   - kind: the kind of the entity in the history.
  ///   - type: the columns to read from the entity's table, whose status column is named `status`.
  ///   - refusal: returns the error for a transition from the first row to the second; nil if it is
  ///     allowed.
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
