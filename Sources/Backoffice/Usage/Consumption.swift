/// The result of an attempt to consume a quantity.
///
/// The first answer to a key is stored, and every later call with that key gets it again.
public enum Consumption: Sendable, Hashable {
  /// The event was recorded.
  ///
  /// `crossed` lists the marks that this event reached, in ascending order; each is reported once
  /// per period.
  case consumed(UsageState, crossed: [UsageMark])
  /// The event would exceed the limit; only the refusal was stored.
  case refused(UsageState)
  /// The key belongs to an event that ``Usage/record(_:)`` recorded; nothing changed.
  case duplicate(UsageState)

  /// The usage relative to the limit, as of the answer.
  public var state: UsageState {
    switch self {
    case .consumed(let state, _), .refused(let state), .duplicate(let state): state
    }
  }
}

/// The limit that a call to ``Usage/consume(_:limit:per:)`` applies.
public enum UsageLimit: Sendable, Hashable, ExpressibleByIntegerLiteral {
  /// The limit that is stored for the period; unlimited if none is stored.
  case stored
  /// A quantity for each period.
  case quantity(Int)
  /// No limit; removes the stored one of the current period.
  case unlimited

  /// A quantity for each period.
  public init(integerLiteral value: Int) { self = .quantity(value) }

  /// The quantity, or unlimited for nil, as everywhere.
  public init(_ quantity: Int?) { self = quantity.map(UsageLimit.quantity) ?? .unlimited }

  func inForce(replacing stored: Int?) -> Int? {
    switch self {
    case .stored: stored
    case .quantity(let quantity): quantity
    case .unlimited: nil
    }
  }
}
