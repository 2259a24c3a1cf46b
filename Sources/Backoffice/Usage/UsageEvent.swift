/// An event of usage by a customer, immutable once recorded.
///
/// To correct an event, record another one with the opposite sign and its own key.
public struct UsageEvent: Sendable, Hashable {
  /// The idempotency key: recording the same content again changes nothing.
  public var key: String
  /// The customer.
  public var customerID: ID<Customer>
  /// The meter.
  public var meter: Meter
  /// The quantity, at most 10^12 in magnitude; negative for a correction, and 0 is allowed.
  public var quantity: Int
  /// The monetary value; nil for none.
  public var amount: Money?
  /// When the usage took place; nil for the time of the transaction.
  public var at: Timestamp?
  /// The day that the event counts towards; nil for the day of ``at`` in the store's time zone.
  public var localDay: CalendarDate?
  /// Further data of the program.
  public var metadata: JSONText

  /// Creates an event.
  ///
  /// - Parameters:
  ///   - key: the idempotency key.
  ///   - customerID: the customer.
  ///   - meter: the meter.
  ///   - quantity: the quantity; 1 by default.
  ///   - amount: the monetary value; nil for none.
  ///   - at: when the usage took place; nil for the time of the transaction. A late event counts
  ///     towards the periods of `at`.
  ///   - localDay: the day that the event counts towards, for data with its own UTC offset; nil for
  ///     the day in the store's time zone.
  ///   - metadata: further data of the program.
  public init(
    key: String, customerID: ID<Customer>, meter: Meter, quantity: Int = 1, amount: Money? = nil,
    at: Timestamp? = nil, localDay: CalendarDate? = nil, metadata: JSONText = .emptyObject
  ) {
    self.key = key
    self.customerID = customerID
    self.meter = meter
    self.quantity = quantity
    self.amount = amount
    self.at = at
    self.localDay = localDay
    self.metadata = metadata
  }
}

extension UsageEvent {
  /// The columns of a stored event, in the order in which ``init(stored:)`` reads them.
  static let selection =
    "idempotency_key, customer_id, meter, quantity, amount_minor, currency, at, local_day, metadata"

  init(stored row: borrowing Row) throws {
    var column = row.reader()
    try self.init(stored: &column)
  }

  init(stored column: inout Row.Reader) throws {
    key = try column("key")
    customerID = try column("customer_id")
    meter = try column("meter")
    quantity = try column("quantity")
    amount = try Money(column("amount_minor"), column("currency"))
    at = try column("at")
    localDay = try column("local_day")
    metadata = try column("metadata")
  }

  /// Whether this event repeats a stored one.
  ///
  /// A value left nil matches any stored value.
  func repeats(_ stored: UsageEvent) -> Bool {
    customerID == stored.customerID && meter == stored.meter && quantity == stored.quantity
      && amount == stored.amount && metadata == stored.metadata
      && (at == nil || at == stored.at) && (localDay == nil || localDay == stored.localDay)
  }

  static let reservedKeyPrefix = "queue_item:"
  private static let mostQuantity: UInt = 1_000_000_000_000
  private static let mostMinorUnits: UInt64 = 1_000_000_000_000_000
  private static let mostAhead = Duration.seconds(300)

  /// Throws if the event is invalid.
  func validate(now: Timestamp, zone: Zone) throws(UsageError) {
    func refusal() -> InvalidUsage? {
      if key.isEmpty { return .emptyKey }
      if key.hasPrefix(Self.reservedKeyPrefix) { return .reservedKey }
      if meter.rawValue.isEmpty { return .emptyMeter }
      if quantity.magnitude > Self.mostQuantity { return .quantityOutOfRange }
      if let amount, amount.minorUnits.magnitude > Self.mostMinorUnits {
        return .amountOutOfRange
      }
      let at = at ?? now
      if at > now + Self.mostAhead { return .inTheFuture }
      // Time zones are at most 14 hours ahead of UTC and 12 hours behind.
      if let localDay, abs(localDay.daysSince1970 - at.utcDate.daysSince1970) > 1 {
        return .localDayMismatch
      }
      if let localDay, zone.startOfDay(localDay) == zone.startOfDay(localDay.adding(days: 1)) {
        return .localDayMissing
      }
      return nil
    }
    if let reason = refusal() { throw .invalidEvent(key: key, reason) }
  }
}

/// The outcome of recording an event.
public enum UsageOutcome: String, Sendable, Hashable, Codable {
  /// The event is new and has been recorded.
  case recorded
  /// The event had been recorded before; nothing changed.
  case duplicate
}
