import Synchronization

/// A condition on the contents of tables that seldom change, which switches triggers on or off.
///
/// A trigger that is switched off costs nothing. The condition is evaluated again after another
/// process has committed, and after each statement that changes one of the tables.
public struct RuleSwitch: Sendable, Hashable {
  /// The tables that the condition depends on.
  public let tables: [String]
  /// A query that returns one row with one column, 0 or 1.
  public let statement: SQLStatement

  /// Declares a switch.
  ///
  /// - Parameters:
  ///   - tables: the tables that the condition depends on.
  ///   - sql: a query that returns one row with one column, 0 or 1, such as `SELECT EXISTS (…)`.
  public init(tables: [String], _ sql: String) {
    self.tables = tables
    statement = SQLStatement(sql)
  }

  /// Whether both are the same declared switch.
  public static func == (left: RuleSwitch, right: RuleSwitch) -> Bool {
    left.statement.slot == right.statement.slot
  }

  /// Hashes the identity of the declaration.
  public func hash(into hasher: inout Hasher) { hasher.combine(statement.slot) }
}

/// A cached value of the writing connection that depends on tables that seldom change.
///
/// It is recomputed after another process has committed, after a statement has changed one of the
/// tables, and after such a change was rolled back. Outside write transactions it is not cached.
package struct CachedValue<Value>: Sendable {
  let tables: [String]
  let make: @Sendable () -> Value
  let slot: Int

  /// Declares a cached value.
  ///
  /// - Parameters:
  ///   - tables: the tables that it depends on.
  ///   - make: creates an empty value, which is filled on demand.
  package init(tables: [String], _ make: @escaping @Sendable () -> Value) {
    self.tables = tables
    self.make = make
    slot = cachedValueSlots.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}

private let cachedValueSlots = Atomic<Int>(0)

extension WriteTransaction {
  /// Returns the cached value, or a new one.
  package func cached<Value>(_ value: CachedValue<Value>) -> Value {
    connection.cached(value)
  }
}
