/// A pending action that one assistant may take until a moment.
///
/// While it is open the action belongs to nobody, its weight counts against the assistant's
/// capacity, and nobody else may claim it. It ends once: taken, declined, lapsed or withdrawn.
public struct ActionOffer: TableRow, Hashable {
  /// `action_offers`.
  public static let tableName = "action_offers"

  /// Its id.
  public let id: ID<ActionOffer>
  /// The action.
  public let actionID: ID<PendingAction>
  /// Who may take it.
  public let assistantID: ID<Assistant>
  /// The round it belongs to, from 1; in one round nobody is asked twice.
  public let round: Int
  /// Where it stands.
  public let status: Status
  /// What it takes of the assistant's capacity.
  public let weight: Int
  /// When it was made.
  public let offeredAt: Timestamp
  /// The first moment at which it can no longer be taken.
  public let expiresAt: Timestamp
  /// When it ended; nil while it is open.
  public let endedAt: Timestamp?
  /// Whether the store chose the assistant.
  public let isAutomatic: Bool
  /// Why it ended, in the words of whoever ended it.
  public let reason: String?

  /// Where an offer stands.
  public enum Status: String, TextEnum {
    /// The assistant may take it.
    case open
    /// The assistant took it.
    case accepted
    /// The assistant did not want it.
    case declined
    /// The assistant let it lapse.
    case expired
    /// The action went elsewhere; nobody's fault.
    case withdrawn

    /// Whether the assistant could have taken it and did not.
    public var countsAgainstAssistant: Bool { self == .declined || self == .expired }
  }

  /// How long it was there to be taken.
  var time: Duration { expiresAt - offeredAt }
}

extension ActionOffer {
  /// Declares the columns that it reads.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), actionID: column("action_id"), assistantID: column("assistant_id"),
      round: column("round"), status: column("status"), weight: column("weight"),
      offeredAt: column("offered_at"), expiresAt: column("expires_at"), endedAt: column("ended_at"),
      isAutomatic: column("is_automatic"), reason: column("reason"))
  }
}

/// What a sweep of lapsed offers did.
public struct OfferSweep: Sendable, Hashable {
  /// The offers that lapsed, the longest overdue first.
  public var expired: [ActionOffer] = []
  /// The offers that took their place; an action that nobody suits any more has none.
  public var next: [ActionOffer] = []
}

/// The columns of an offer that rules follow.
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
