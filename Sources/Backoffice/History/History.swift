/// The status history of every kind of entity: append-only, and never deleted along with anything.
///
/// Rows are ordered by the moment at which they happened, then by the order in which they came.
/// A row may come late: whatever is asked of the history then counts it where it belongs. Nothing is
/// ever changed; a correction is a row of its own.
public struct History: Sendable {
  /// The most rows that one call of ``append(_:reason:)`` takes.
  public static let appendLimit = 50_000

  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The status history.
  public var history: History { History(access) }
}
