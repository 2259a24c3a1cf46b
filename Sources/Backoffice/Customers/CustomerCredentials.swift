/// The sign-in secrets of customers, apart from what everybody may see.
///
/// Passwords and tokens are hashed by the program; the store keeps the hashes and the lock.
public struct CustomerCredentials: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }

  /// How many failed sign-ins lock a customer out: 5.
  public static let failuresBeforeLock = 5
  /// For how long: 15 minutes.
  public static let lockDuration = Duration.minutes(15)

  /// Whether a customer may try to sign in.
  public struct LoginState: Sendable, Hashable {
    /// The failed sign-ins since the last success.
    public let failedAttempts: Int
    /// Until when the customer is locked out; nil when it is not.
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
  /// Keeps the hash of a customer's password, and takes a lock away.
  ///
  /// - Throws: ``CustomerError`` with `notFound`, `deleted`, `anonymised`.
  public func setPasswordHash(_ hash: String, of customer: ID<Customer>) throws {
    try access.write { transaction in
      _ = try transaction.liveCustomer(customer)
      try transaction.execute(Self.putPassword, customer, hash, transaction.now)
    }
  }

  /// The hash of a customer's password, or nil when there is none.
  public func passwordHash(of customer: ID<Customer>) throws -> String? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.password, customer) { row in try row.value(at: 0) } ?? nil
    }
  }

  /// Whether a customer may try to sign in now.
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

  /// Counts a failed sign-in; the last of too many locks the customer out for a while.
  ///
  /// While the lock lasts nothing is counted; once it is over the count begins anew.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - limit: how many failures lock: 5.
  ///   - duration: for how long: 15 minutes.
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

  /// Notes a sign-in: the count of failures and a lock are gone.
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
