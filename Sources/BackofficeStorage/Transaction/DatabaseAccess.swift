/// Access to a database for a repository, by its own transactions or inside a running one.
///
/// If it is created from a ``Database``, each method call is a transaction. If it is created from a
/// transaction, each call joins it, and writes are atomic by savepoints.
public struct DatabaseAccess: Sendable {
  private enum Path: Sendable {
    case database(Database)
    case joined(Connection, generation: UInt64, writing: Bool)
  }

  private let path: Path

  /// Creates access by its own transactions, on behalf of the principal of the database.
  public init(_ database: Database) {
    path = .database(database)
  }

  /// Creates access inside a running read.
  public init(_ transaction: borrowing ReadTransaction) {
    let connection = transaction.connection
    path = .joined(connection, generation: connection.generation, writing: false)
  }

  /// Creates access inside a running write.
  public init(_ transaction: borrowing WriteTransaction) {
    let connection = transaction.connection
    path = .joined(connection, generation: connection.generation, writing: true)
  }

  /// Runs `body` in a read transaction, or in the joined one.
  ///
  /// - Throws: ``StorageError/transactionEnded`` if the joined transaction has ended, and the
  ///   errors of ``Database/read(named:_:)``.
  public func read<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    switch path {
    case .database(let database): return try database.read(body)
    case .joined(let connection, let generation, _):
      try connection.checkJoinable(generation)
      return try body(ReadTransaction(connection))
    }
  }

  /// Runs `body`, a single statement, which is a snapshot without a transaction.
  ///
  /// - Throws: the errors of ``read(_:)``.
  public func readOnce<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    switch path {
    case .database(let database): return try database.readOnce(body)
    case .joined(let connection, let generation, _):
      try connection.checkJoinable(generation)
      return try body(ReadTransaction(connection))
    }
  }

  /// Runs `body` in a write transaction, or in a savepoint of the joined one.
  ///
  /// - Parameters:
  ///   - reason: the reason, for history and audit; nil for that of the joined transaction.
  ///   - body: the work; if it throws, it is rolled back.
  /// - Throws: ``StorageError/transactionEnded`` if the joined transaction has ended,
  ///   ``StorageError/writeInsideRead`` if it only reads, and the errors of
  ///   ``Database/write(as:reason:_:)``.
  @discardableResult
  public func write<Result>(
    reason: String? = nil, _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    switch path {
    case .database(let database): return try database.write(reason: reason, body)
    case .joined(let connection, let generation, let writing):
      try connection.checkJoinable(generation)
      guard writing else { throw StorageError.writeInsideRead }
      let outer = connection.context
      if let reason { connection.context.reason = reason }
      defer { connection.context = outer }
      return try WriteTransaction(connection).savepoint(body)
    }
  }
}

/// A store or a transaction, which provides repositories.
///
/// The repositories of a store use a transaction for each method; those of a transaction take part in it. A
/// program adds a repository with one property on this protocol:
///
/// ```swift
/// struct Visits { let access: DatabaseAccess }
///
/// extension RepositoryProvider where Self: ~Copyable {
///   var visits: Visits { Visits(access: access) }
/// }
/// ```
public protocol RepositoryProvider: ~Copyable {
  /// How repositories reach the database.
  var access: DatabaseAccess { get }
}

extension WriteTransaction: RepositoryProvider {
  /// Access inside this transaction.
  public var access: DatabaseAccess { DatabaseAccess(self) }
}

extension ReadTransaction: RepositoryProvider {
  /// Access inside this transaction.
  public var access: DatabaseAccess { DatabaseAccess(self) }
}
