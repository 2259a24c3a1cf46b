/// The failure of a run at one of its steps.
///
/// An error before the first step is thrown as it is, usually a ``MigrationError``.
public struct MigrationFailure: Error {
  /// Whether the failed step took effect.
  public enum Outcome: String, Sendable, Hashable {
    /// The step was rolled back.
    case rolledBack
    /// The disk failed during the commit, so the outcome is not known. The database is consistent,
    /// and its ledger shows the outcome at the next start.
    case unknown
  }

  /// The committed steps, in order.
  public let applied: [MigrationStep]
  /// The step that failed.
  public let failed: MigrationStep
  /// The error: a ``MigrationError``, `SQLiteError`, `StorageError`, `CancellationError`, or an
  /// error that a migration in Swift threw.
  public let cause: any Error
  /// Whether the failed step took effect.
  public let outcome: Outcome
}

extension MigrationFailure: CustomStringConvertible {
  /// The error and the committed steps, on one line.
  public var description: String {
    var text = "\(cause)"
    if !(cause is MigrationError) { text = "\(failed) failed and was rolled back: \(text)" }
    if outcome == .unknown { text += "; the next start shows whether it was committed" }
    if !applied.isEmpty {
      text += "; \(applied.count) earlier step\(applied.count == 1 ? " was" : "s were") committed"
    }
    return text
  }
}
