/// The status history of every kind of entity, which is append-only.
///
/// Rows are ordered by the time at which they happened, then by the order in which they were
/// recorded. A row may be recorded late; every query takes it into account at its time. Rows are
/// never changed or deleted. To correct a row, append another one.
public struct History: Sendable {
  /// The maximum number of rows that one call of ``append(_:reason:)`` accepts.
  public static let appendLimit = 50_000

  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The status history.
  public var history: History { History(access) }
}
