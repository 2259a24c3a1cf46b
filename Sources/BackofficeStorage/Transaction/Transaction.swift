/// What reading and writing transactions share: they read.
///
/// A transaction is lent to a closure and cannot be copied. A repository made from it checks that
/// the transaction is still the running one, on the same thread.
public protocol Transaction: ~Copyable {
  /// The connection the transaction runs on.
  var connection: Connection { get }
}

/// A view of the store at one moment.
public struct ReadTransaction: ~Copyable, Transaction {
  /// The connection the transaction runs on.
  public let connection: Connection

  // Never inlined: the optimiser of Swift 6.3.1 aborts on a noncopyable struct that it builds
  // around a borrowed reference.
  @inline(never)
  init(_ connection: Connection) { self.connection = connection }
}

/// A transaction that may write; the only one of its file while it runs.
public struct WriteTransaction: ~Copyable, Transaction {
  /// The connection the transaction runs on.
  public let connection: Connection

  // Never inlined: the optimiser of Swift 6.3.1 aborts on a noncopyable struct that it builds
  // around a borrowed reference.
  @inline(never)
  init(_ connection: Connection) { self.connection = connection }
}

extension Transaction where Self: ~Copyable {
  /// The time of the transaction, read once when it began.
  @inlinable public var now: Timestamp { unsafe connection.uncheckedContext.now }

  /// Who acts in this transaction.
  public var principal: Principal { connection.context.principal }

  /// What the floor above gave to the database's configuration.
  package var attachment: (any Sendable)? { connection.environment.attachment }

  /// Why, when the caller gave a reason.
  public var reason: String? { connection.context.reason }
}

extension WriteTransaction {
  /// A new id, greater than every one made before by this process.
  public func makeID<Entity>(_ type: Entity.Type = Entity.self) -> ID<Entity> {
    connection.environment.identifiers.next()
  }

  /// The store's source of random numbers, which a test may seed.
  public var random: RandomSource { connection.environment.random }
}
