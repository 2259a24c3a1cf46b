/// A transaction that can read.
///
/// A transaction is passed to a closure and cannot be copied. A repository that is created from it
/// verifies that the transaction is still running, on the same thread.
public protocol Transaction: ~Copyable {
  /// The connection the transaction runs on.
  var connection: Connection { get }
}

/// A read transaction, which sees a snapshot of the database.
public struct ReadTransaction: ~Copyable, Transaction {
  /// The connection the transaction runs on.
  public let connection: Connection

  // Not inlined: the optimizer of Swift 6.3.1 crashes on a noncopyable struct that wraps a borrowed
  // reference.
  @inline(never)
  init(_ connection: Connection) { self.connection = connection }
}

/// A write transaction; a file has at most one at a time.
public struct WriteTransaction: ~Copyable, Transaction {
  /// The connection the transaction runs on.
  public let connection: Connection

  // Not inlined: the optimizer of Swift 6.3.1 crashes on a noncopyable struct that wraps a borrowed
  // reference.
  @inline(never)
  init(_ connection: Connection) { self.connection = connection }
}

extension Transaction where Self: ~Copyable {
  /// The time at which the transaction began.
  @inlinable public var now: Timestamp { unsafe connection.uncheckedContext.now }

  /// The principal of the transaction.
  public var principal: Principal { connection.context.principal }

  /// The value that the database's configuration attaches to transactions.
  package var attachment: (any Sendable)? { connection.environment.attachment }

  /// The reason that the caller gave, if any.
  public var reason: String? { connection.context.reason }
}

extension WriteTransaction {
  /// Returns a new ID, greater than all previous ones of this database.
  public func makeID<Entity>(_ type: Entity.Type = Entity.self) -> ID<Entity> {
    connection.environment.identifiers.next()
  }

  /// The database's source of random numbers.
  public var random: RandomSource { connection.environment.random }
}
