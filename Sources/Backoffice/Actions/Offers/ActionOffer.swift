/// An offer of a pending action to one assistant, open until a given time.
///
/// While the offer is open, the action is unassigned, its weight counts against the assistant's
/// capacity, and no other assistant can claim it. The offer ends once: accepted, declined, expired
/// or withdrawn.
public struct ActionOffer: TableRow, Hashable {
  /// `action_offers`.
  public static let tableName = "action_offers"

  /// The offer's id.
  public let id: ID<ActionOffer>
  /// The action.
  public let actionID: ID<PendingAction>
  /// The assistant.
  public let assistantID: ID<Assistant>
  /// The round of the offer, starting at 1; in one round no assistant is asked twice.
  public let round: Int
  /// The status.
  public let status: Status
  /// The part of the assistant's capacity that the offer takes.
  public let weight: Int
  /// When the offer was made.
  public let offeredAt: Timestamp
  /// When the offer expires.
  public let expiresAt: Timestamp
  /// When the offer ended; nil while it is open.
  public let endedAt: Timestamp?
  /// Whether the store chose the assistant.
  public let isAutomatic: Bool
  /// The reason why the offer ended, as given by the principal.
  public let reason: String?

  /// The status of an offer.
  public enum Status: String, TextEnum {
    /// The assistant can accept it.
    case open
    /// The assistant accepted it.
    case accepted
    /// The assistant declined it.
    case declined
    /// The assistant did not answer in time.
    case expired
    /// The offer was withdrawn or the action was assigned elsewhere.
    case withdrawn

    /// Whether the offer was declined or expired, which counts against the assistant.
    public var countsAgainstAssistant: Bool { self == .declined || self == .expired }
  }

  /// The time for which the offer is open.
  var time: Duration { expiresAt - offeredAt }
}

extension ActionOffer {
  /// Reads the columns.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), actionID: column("action_id"), assistantID: column("assistant_id"),
      round: column("round"), status: column("status"), weight: column("weight"),
      offeredAt: column("offered_at"), expiresAt: column("expires_at"), endedAt: column("ended_at"),
      isAutomatic: column("is_automatic"), reason: column("reason"))
  }
}

/// The result of a sweep of expired offers.
public struct OfferSweep: Sendable, Hashable {
  /// The expired offers, longest overdue first.
  public var expired: [ActionOffer] = []
  /// The offers that replace them.
  ///
  /// An action without an eligible assistant has none.
  public var next: [ActionOffer] = []
  /// The offers that a rule of the store refused to end, with its message; they stay open.
  public var refused: [ID<ActionOffer>: String] = [:]
}

/// The columns of an offer that determine rules.
struct OfferRow: TableRow {
  static let tableName = ActionOffer.tableName
  let id: ID<ActionOffer>
  let action: ID<PendingAction>
  let assistant: ID<Assistant>
  let status: ActionOffer.Status
  let weight: Int
}

extension OfferRow {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), action: column("action_id"), assistant: column("assistant_id"),
      status: column("status"), weight: column("weight"))
  }
}
