import Synchronization

/// A question about tables that seldom change, answered before rules are asked whether they run.
///
/// Rules that concern few stores, such as those for limits of a kind of work, cost nothing where the
/// answer is no. The answer is read again when another process has committed, and after each
/// statement that changed one of the tables.
public struct RuleSwitch: Sendable, Hashable {
  /// The tables that the answer follows from.
  public let tables: [String]
  /// A statement with one row and one column, 0 or 1.
  public let statement: SQLStatement

  /// Declares a switch.
  ///
  /// - Parameters:
  ///   - tables: the tables that the answer follows from.
  ///   - sql: a query for one row with one column, 0 or 1, such as `SELECT EXISTS (…)`.
  public init(tables: [String], _ sql: String) {
    self.tables = tables
    statement = SQLStatement(sql)
  }

  /// Whether both are the same declaration.
  public static func == (left: RuleSwitch, right: RuleSwitch) -> Bool {
    left.statement.slot == right.statement.slot
  }

  /// Hashes the declaration.
  public func hash(into hasher: inout Hasher) { hasher.combine(statement.slot) }
}

/// A value that follows from tables that seldom change, kept by the writing connection.
///
/// It is made again when another process has committed, when a statement has changed one of the
/// tables, and when such a change was rolled back. Outside write transactions it is made each time.
package struct CachedValue<Value>: Sendable {
  let tables: [String]
  let make: @Sendable () -> Value
  let slot: Int

  /// Declares a value.
  ///
  /// - Parameters:
  ///   - tables: the tables that it follows from.
  ///   - make: makes an empty value, to be filled as far as it is asked for.
  package init(tables: [String], _ make: @escaping @Sendable () -> Value) {
    self.tables = tables
    self.make = make
    slot = cachedValueSlots.wrappingAdd(1, ordering: .relaxed).oldValue
  }
}

private let cachedValueSlots = Atomic<Int>(0)

extension WriteTransaction {
  /// The value as it was kept, or a new one.
  package func cached<Value>(_ value: CachedValue<Value>) -> Value {
    connection.cached(value)
  }
}
