/// Something a customer used; immutable once recorded.
///
/// A correction is another event with the opposite sign and a key of its own.
public struct UsageEvent: Sendable, Hashable {
  /// Names the event for ever: recording it again with the same content changes nothing.
  public var key: String
  /// Who used it.
  public var customerID: ID<Customer>
  /// What was used.
  public var meter: Meter
  /// How much, within 10^12; negative for a correction, and 0 is allowed.
  public var quantity: Int
  /// What it was worth; nil for nothing.
  public var amount: Money?
  /// When it was used; nil for the time of the transaction.
  public var at: Timestamp?
  /// The day it counts in; nil for the day of ``at`` in the store's zone.
  public var localDay: CalendarDate?
  /// What else the program wants to keep.
  public var metadata: JSONText

  /// Describes a use.
  ///
  /// - Parameters:
  ///   - key: names the event for ever.
  ///   - customerID: who used it.
  ///   - meter: what was used.
  ///   - quantity: how much; 1 by default.
  ///   - amount: what it was worth.
  ///   - at: when; nil for the time of the transaction. Late events go to the periods of `at`.
  ///   - localDay: the day it counts in, for data that brings an offset of its own; nil for the
  ///     day in the store's zone.
  ///   - metadata: what else to keep.
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
    key = try column("key")
    customerID = try column("customer_id")
    meter = try column("meter")
    quantity = try column("quantity")
    amount = try Money(column("amount_minor"), column("currency"))
    at = try column("at")
    localDay = try column("local_day")
    metadata = try column("metadata")
  }

  /// Whether this is the stored event said again; what is left open agrees with anything.
  func repeats(_ stored: UsageEvent) -> Bool {
    customerID == stored.customerID && meter == stored.meter && quantity == stored.quantity
      && amount == stored.amount && metadata == stored.metadata
      && (at == nil || at == stored.at) && (localDay == nil || localDay == stored.localDay)
  }

  static let reservedKeyPrefix = "queue_item:"
  private static let mostQuantity: UInt = 1_000_000_000_000
  private static let mostMinorUnits: UInt64 = 1_000_000_000_000_000
  private static let mostAhead = Duration.seconds(300)

  /// Refuses an event that is not as it must be.
  func validate(now: Timestamp) throws(UsageError) {
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
      // Zones are at most 14 hours ahead of UTC and 12 behind.
      if let localDay, abs(localDay.daysSince1970 - at.utcDate.daysSince1970) > 1 {
        return .localDayMismatch
      }
      return nil
    }
    if let reason = refusal() { throw .invalidEvent(key: key, reason) }
  }
}

/// What became of an event.
public enum UsageOutcome: String, Sendable, Hashable, Codable {
  /// It is new and counts.
  case recorded
  /// It was recorded before and changed nothing.
  case duplicate
}
