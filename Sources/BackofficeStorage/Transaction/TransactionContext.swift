/// The time, principal and reason of a transaction.
///
/// The time is read once, when the outermost transaction begins, so that all of its rows have the
/// same time.
public struct TransactionContext: Sendable, Hashable {
  /// The time of the transaction.
  public var now: Timestamp
  /// The principal.
  public var principal: Principal
  /// The reason, as given by the caller.
  public var reason: String?
  /// The business time for history rows, if it differs from ``now``.
  public var effectiveAt: Timestamp?

  /// Creates a context.
  public init(
    now: Timestamp = Timestamp(microseconds: 0), principal: Principal = .system,
    reason: String? = nil
  ) {
    self.now = now
    self.principal = principal
    self.reason = reason
  }
}
