import CBackofficeSQLite

/// How a repository reaches the store: by transactions of its own, or inside one that is running.
///
/// One implementation of a repository serves both: made from a ``Database`` each method is a
/// transaction, made from a transaction each method joins it, atomic by a savepoint.
public struct DatabaseAccess: Sendable {
  private enum Path: Sendable {
    case database(Database, Principal?)
    case joined(Connection, generation: UInt64, writing: Bool)
  }

  private let path: Path

  /// Access by transactions of its own, in the name of `principal`.
  public init(_ database: Database, principal: Principal? = nil) {
    path = .database(database, principal)
  }

  /// Access inside a running read.
  public init(_ transaction: borrowing ReadTransaction) {
    let connection = transaction.connection
    path = .joined(connection, generation: connection.generation, writing: false)
  }

  /// Access inside a running write.
  public init(_ transaction: borrowing WriteTransaction) {
    let connection = transaction.connection
    path = .joined(connection, generation: connection.generation, writing: true)
  }

  /// Reads at one moment, whatever the number of statements.
  ///
  /// - Throws: ``StorageError/transactionEnded`` when the joined transaction is over, and what
  ///   ``Database/read(named:_:)`` throws.
  public func read<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    switch path {
    case .database(let database, _): return try database.read(body)
    case .joined(let connection, let generation, _):
      try connection.checkJoinable(generation)
      return try body(ReadTransaction(connection))
    }
  }

  /// Reads with a single statement, which is a snapshot by itself and needs no BEGIN.
  ///
  /// - Throws: as ``read(_:)``.
  public func readOnce<Result>(
    _ body: (borrowing ReadTransaction) throws -> Result
  ) throws -> Result {
    switch path {
    case .database(let database, _): return try database.readOnce(body)
    case .joined(let connection, let generation, _):
      try connection.checkJoinable(generation)
      return try body(ReadTransaction(connection))
    }
  }

  /// Writes: a transaction of its own, or a savepoint of the joined one.
  ///
  /// - Parameters:
  ///   - reason: why, for history and audit; nil keeps the reason of the joined transaction.
  ///   - body: the work; what it throws undoes it.
  /// - Throws: ``StorageError/transactionEnded`` when the joined transaction is over,
  ///   ``StorageError/writeInsideRead`` when it only reads, and what
  ///   ``Database/write(as:reason:_:)`` throws.
  @discardableResult
  public func write<Result>(
    reason: String? = nil, _ body: (borrowing WriteTransaction) throws -> Result
  ) throws -> Result {
    switch path {
    case .database(let database, let principal):
      return try database.write(as: principal, reason: reason, body)
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

/// What repositories are reached from: a store, whose repositories use a transaction for each method, or a
/// transaction, whose repositories take part in it.
///
/// A repository of a program's own is one property on this protocol:
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

extension Connection {
  /// Refuses a handle of a transaction that is over, or in use on another thread.
  func checkJoinable(_ generation: UInt64) throws(StorageError) {
    guard self.generation == generation, thread == UInt(backoffice_thread_id()) else {
      throw .transactionEnded
    }
  }
}

extension Transaction where Self: ~Copyable {
  /// The zone in which the store's days, weeks and months begin.
  public var zone: Zone { connection.environment.zone }
}
