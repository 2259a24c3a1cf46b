/// The sign-in secrets of customers, stored apart from their other data.
///
/// The program hashes passwords and tokens. The store keeps the hashes and the lockout.
public struct CustomerCredentials: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }

  /// The number of failed sign-ins that lock a customer out by default.
  public static let failuresBeforeLock = 5
  /// The default duration of a lockout: 15 minutes.
  public static let lockDuration = Duration.minutes(15)

  /// The sign-in state of a customer.
  public struct LoginState: Sendable, Hashable {
    /// The number of failed sign-ins since the last successful one.
    public let failedAttempts: Int
    /// When the lockout ends; nil if the customer is not locked out.
    public let lockedUntil: Timestamp?
  }
}

extension BackofficeStore {
  /// The sign-in secrets of customers.
  public var credentials: CustomerCredentials { CustomerCredentials(access) }
}

extension WriteTransaction {
  /// The sign-in secrets of customers, inside this transaction.
  public var credentials: CustomerCredentials { CustomerCredentials(DatabaseAccess(self)) }
}

extension CustomerCredentials {
  /// Stores the hash of a customer's password and ends a lockout.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  public func setPasswordHash(_ hash: String, of customer: ID<Customer>) throws {
    try access.write { transaction in
      _ = try transaction.liveCustomer(customer)
      try transaction.execute(Self.putPassword, customer, hash, transaction.now)
    }
  }

  /// The hash of a customer's password, or nil if none is stored.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func passwordHash(of customer: ID<Customer>) throws -> String? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.password, customer) { row in try row.value(at: 0) } ?? nil
    }
  }

  /// The sign-in state of a customer at this moment.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func loginState(of customer: ID<Customer>) throws -> LoginState {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.state, customer) { row in
        let lockedUntil: Timestamp? = try row.value(at: 1)
        return try LoginState(
          failedAttempts: row.value(at: 0),
          lockedUntil: lockedUntil.flatMap { $0 > transaction.now ? $0 : nil })
      } ?? LoginState(failedAttempts: 0, lockedUntil: nil)
    }
  }

  /// Records a failed sign-in, and locks the customer out when the limit is reached.
  ///
  /// Attempts during a lockout are not counted. When it ends, the count restarts from zero.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - limit: the number of failures that lock the customer out; 5 by default.
  ///   - duration: the duration of the lockout; 15 minutes by default.
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  @discardableResult
  public func recordFailedLogin(
    of customer: ID<Customer>, limit: Int = failuresBeforeLock,
    duration: Duration = lockDuration
  ) throws -> LoginState {
    try access.write { transaction in
      _ = try transaction.liveCustomer(customer)
      let until = transaction.now + duration
      try transaction.execute(
        Self.countFailure, customer, transaction.now, max(1, limit), until)
      return try CustomerCredentials(DatabaseAccess(transaction)).loginState(of: customer)
    }
  }

  /// Records a successful sign-in, which resets the failure count and ends a lockout.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  public func recordLogin(of customer: ID<Customer>, ip: String? = nil) throws {
    try access.write { transaction in
      _ = try transaction.liveCustomer(customer)
      try transaction.execute(Self.noteLogin, customer, transaction.now, ip)
    }
  }

  private static let password = SQLStatement(
    "SELECT password_hash FROM credentials WHERE customer_id = ?")
  private static let state = SQLStatement(
    "SELECT failed_login_attempts, locked_until_at FROM credentials WHERE customer_id = ?")
  private static let putPassword = SQLStatement(
    """
    INSERT INTO credentials (customer_id, password_hash, password_changed_at, created_at,
      updated_at)
    VALUES (?1, ?2, ?3, ?3, ?3)
    ON CONFLICT (customer_id) DO UPDATE SET password_hash = ?2, password_changed_at = ?3,
      failed_login_attempts = 0, locked_until_at = NULL, updated_at = ?3
    """)
  private static let countFailure = SQLStatement(
    """
    INSERT INTO credentials (customer_id, failed_login_attempts, locked_until_at, created_at,
      updated_at)
    VALUES (?1, 1, iif(?3 <= 1, ?4, NULL), ?2, ?2)
    ON CONFLICT (customer_id) DO UPDATE SET
      failed_login_attempts = iif(locked_until_at IS NULL, failed_login_attempts + 1, 1),
      locked_until_at = iif(
        iif(locked_until_at IS NULL, failed_login_attempts + 1, 1) >= ?3, ?4, NULL),
      updated_at = ?2
    WHERE locked_until_at IS NULL OR locked_until_at <= ?2
    """)
  private static let noteLogin = SQLStatement(
    """
    INSERT INTO credentials (customer_id, last_login_at, last_login_ip, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?2, ?2)
    ON CONFLICT (customer_id) DO UPDATE SET failed_login_attempts = 0, locked_until_at = NULL,
      last_login_at = ?2, last_login_ip = ?3, updated_at = ?2
    """)
}
