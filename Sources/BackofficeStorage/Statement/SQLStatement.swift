import Synchronization

/// A declared SQL statement, prepared at most once in each connection.
///
/// Declare it as a `static let`. It has a slot of its own, so that each connection finds the
/// prepared form by an array index instead of hashing the text.
public struct SQLStatement: Sendable {
  /// The SQL text: one statement with `?` parameters.
  public let sql: String
  @usableFromInline let slot: Int

  private static let slots = Atomic<Int>(0)

  /// Declares a statement.
  ///
  /// - Parameter sql: one SQL statement with `?` parameters.
  public init(_ sql: String) {
    self.sql = sql
    slot = Self.slots.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}
