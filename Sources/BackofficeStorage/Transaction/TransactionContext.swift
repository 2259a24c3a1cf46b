/// What every write carries: when it happens, who does it, and why.
///
/// The time is read once, when the outermost transaction begins, so that all rows of one
/// transaction agree on it.
public struct TransactionContext: Sendable, Hashable {
  /// The transaction's time.
  public var now: Timestamp
  /// Who acts.
  public var principal: Principal
  /// Why, in the words of whoever acts.
  public var reason: String?
  /// When it happened in the business, where that is not ``now``; history rows say it.
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
