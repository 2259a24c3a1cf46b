/// What a run throws when one of its steps failed: which, why, and what stays.
///
/// A refusal before the first step is thrown as it is, a ``MigrationError`` as a rule.
public struct MigrationFailure: Error {
  /// Whether the file holds anything of the step that failed.
  public enum Outcome: String, Sendable, Hashable {
    /// Nothing of it is in the file.
    case rolledBack
    /// The disk failed in the middle of the commit, and only the next start can tell: the ledger
    /// then says which, and the file is whole either way.
    case unknown
  }

  /// The steps that are in the file, in their order.
  public let applied: [MigrationStep]
  /// The step that failed.
  public let failed: MigrationStep
  /// Why: a ``MigrationError``, `SQLiteError`, `StorageError`, `CancellationError`, or what code
  /// of a migration threw.
  public let cause: any Error
  /// Whether the file holds anything of it.
  public let outcome: Outcome
}

extension MigrationFailure: CustomStringConvertible {
  /// Why, and what stays, on one line.
  public var description: String {
    var text = "\(cause)"
    if !(cause is MigrationError) { text = "\(failed) failed and was rolled back: \(text)" }
    if outcome == .unknown { text += "; whether it was committed only the next start can tell" }
    if !applied.isEmpty {
      text += "; \(applied.count) step\(applied.count == 1 ? "" : "s") before it stay"
      if applied.count == 1 { text += "s" }
    }
    return text
  }
}
