/// Credits of a customer that are reserved for a purpose, and later spent or released.
public struct CreditHold: TableRow, Hashable {
  /// `credit_holds`.
  public static let tableName = "credit_holds"
  /// The hold's id.
  public let id: ID<CreditHold>
  /// The customer.
  public let customerID: ID<Customer>
  /// The number of credits.
  public let credits: Int
  /// The state of the hold.
  public internal(set) var state: State
  /// When the hold expires; nil for never.
  public let expiresAt: Timestamp?
  /// When the hold was created.
  public let createdAt: Timestamp
  /// When the credits were spent or released; nil while they are reserved.
  public internal(set) var endedAt: Timestamp?
  /// The billing period whose credits are held.
  let periodStart: Timestamp?
  var capturedCredits: Int?

  /// The number of credits that were spent; 0 unless ``state`` is `spent`.
  public var captured: Int { state == .spent ? capturedCredits ?? credits : 0 }

  /// The state of a hold.
  public enum State: String, TextEnum {
    /// The credits are reserved.
    case reserved
    /// The credits were spent, or a part of them; the rest was released.
    case spent
    /// The credits were released.
    case released
    /// The hold expired, which released the credits.
    case expired
  }

  /// The hold as of an instant: at its expiry it holds nothing, whether or not a write has followed.
  func asOf(_ now: Timestamp) -> CreditHold {
    guard state == .reserved, let expiresAt, expiresAt <= now else { return self }
    var copy = self
    copy.state = .expired
    copy.endedAt = expiresAt
    return copy
  }
}

extension CreditHold {
  /// Reads all columns except the internal key.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), customerID: column("customer_id"), credits: column("credits"),
      state: column("state"), expiresAt: column("expires_at"), createdAt: column("created_at"),
      endedAt: column("ended_at"), periodStart: column("period_start_at"),
      capturedCredits: column("captured"))
  }
}

/// A request for a hold.
public struct NewCreditHold: Sendable, Hashable {
  /// The number of credits, at least 1.
  public var credits: Int
  /// The customer.
  public var customerID: ID<Customer>
  /// How long the credits are held; nil until they are captured or released.
  public var lifetime: Duration?
  /// An idempotency key; nil for none.
  public var key: String?

  /// Creates a request.
  public init(
    _ credits: Int, of customerID: ID<Customer>, for lifetime: Duration? = nil, key: String? = nil
  ) {
    self.credits = credits
    self.customerID = customerID
    self.lifetime = lifetime
    self.key = key
  }

  /// The content that a repeated key must have.
  var request: String {
    "hold \(credits) of \(customerID)" + (lifetime.map { " for \($0)" } ?? "")
  }
}
