import Synchronization

/// A statement of a program, prepared at most once in each connection.
///
/// Declare it as a `static let`: the first use gives it a slot, and every connection then finds the
/// prepared form by an array index instead of hashing the text.
public struct SQLStatement: Sendable {
  /// The text, one statement with `?` placeholders.
  public let sql: String
  @usableFromInline let slot: Int

  private static let slots = Atomic<Int>(0)

  /// Declares a statement.
  public init(_ sql: String) {
    self.sql = sql
    slot = Self.slots.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}
