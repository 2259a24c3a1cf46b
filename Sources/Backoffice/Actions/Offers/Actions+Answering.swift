extension Actions {
  static let lapsedOffers = ActionOffer.select(
    """
    INDEXED BY action_offers_expiring
    WHERE status = 'open' AND expires_at <= ?1 ORDER BY expires_at, pk LIMIT ?2
    """)

  /// Takes an offered action: the assistant has it.
  ///
  /// Taking it again while the assistant has it changes nothing.
  ///
  /// - Returns: the action.
  /// - Throws: ``ActionError/offerEnded(_:status:)`` from the moment at which it lapses, swept or
  ///   not, and when it was declined, withdrawn or taken before; ``ActionError/unknownOffer(_:)``;
  ///   ``ActionError/notEligible(_:assistant:reasons:)`` for an assistant who became inactive, lost
  ///   the skill or was given more than they may have;
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for anybody but the assistant and the
  ///   team.
  @discardableResult
  public func accept(_ offer: ID<ActionOffer>) throws -> PendingAction {
    try access.write { transaction in
      let (offer, gate) = try Self.requireOffer(offer, to: "accept the offer of", transaction)
      if offer.status == .accepted, gate.assistant == offer.assistantID, !gate.status.isFinished {
        return try Self.require(gate.id, transaction)
      }
      try Self.requireOpen(offer, transaction)
      return try Self.take(offer, gate, transaction)
    }
  }

  /// Declines an offered action; it goes to the next assistant in the same commit.
  ///
  /// - Parameters:
  ///   - offer: the offer.
  ///   - reason: why the assistant does not take it.
  /// - Returns: the offer that takes its place; nil when nobody suits.
  /// - Throws: ``ActionError/offerEnded(_:status:)``, ``ActionError/unknownOffer(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for anybody but the assistant and the
  ///   team.
  @discardableResult
  public func decline(_ offer: ID<ActionOffer>, reason: String? = nil) throws -> ActionOffer? {
    try access.write(reason: reason) { transaction in
      let (offer, gate) = try Self.requireOffer(offer, to: "decline the offer of", transaction)
      try Self.requireOpen(offer, transaction)
      let ended = try transaction.endOffer(offer, as: .declined)
      var pool = try AssistantPool(transaction)
      return try transaction.offerToNext(gate, time: ended.time, &pool)
    }
  }

  /// Takes an offer back; it counts against nobody, and the action is there for all.
  ///
  /// - Returns: the offer as it ended.
  /// - Throws: ``ActionError/offerEnded(_:status:)``, ``ActionError/unknownOffer(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for anybody but the team.
  @discardableResult
  public func withdraw(_ offer: ID<ActionOffer>, reason: String? = nil) throws -> ActionOffer {
    try access.write(reason: reason) { transaction in
      let (offer, gate) = try Self.requireOffer(offer, to: nil, transaction)
      try gate.authorise(.team, to: "withdraw the offer of", transaction)
      guard offer.status == .open else {
        throw ActionError.offerEnded(offer.id, status: offer.status)
      }
      return try transaction.endOffer(offer, as: .withdrawn)
    }
  }

  /// Ends offers that were not taken in time, counts them against their assistants, and offers each
  /// action to the next one for the same time, in one transaction.
  ///
  /// In one round nobody is asked twice. When all who come into question were asked, a new round
  /// begins, at first with somebody else than the last; after ``offerRounds`` rounds the action
  /// stays pending, for anybody to claim. Several processes may sweep: each offer ends once.
  ///
  /// - Parameter limit: the most offers of one sweep; 100 by default, 1,000 at most.
  /// - Returns: what ended and what took its place; call again while as many ended as the limit.
  /// - Throws: ``ActionError/notPermitted(_:principal:operation:)`` for anybody but the team.
  /// - Complexity: reads all assistants once; O(log n) for each lapsed offer.
  @discardableResult
  public func expireOffers(limit: Int = 100) throws -> OfferSweep {
    try access.write(reason: "not taken in time") { transaction in
      var sweep = OfferSweep()
      let lapsed = try ActionOffer.fetchAll(
        transaction, Self.lapsedOffers, transaction.now, PageLimit.clamped(limit))
      guard !lapsed.isEmpty else { return sweep }
      var gates: [(gate: ActionGate, time: Duration)] = []
      // All end before the first is offered again: their weight is free for each other.
      for offer in lapsed {
        let gate = try ActionGate.require(offer.actionID, transaction)
        try gate.authorise(.team, to: "end the offer of", transaction)
        sweep.expired.append(try transaction.endOffer(offer, as: .expired))
        gates.append((gate, offer.time))
      }
      var pool = try AssistantPool(transaction)
      for (gate, time) in gates {
        if let next = try transaction.offerToNext(gate, time: time, &pool) {
          sweep.next.append(next)
        }
      }
      return sweep
    }
  }

  /// Ends an offer as taken, and gives the action to its assistant.
  static func take(
    _ offer: ActionOffer, _ gate: ActionGate, _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction {
    // First the offer: until then its weight is the assistant's already.
    _ = try transaction.endOffer(offer, as: .accepted)
    try requireFit(
      offer.assistantID, for: gate.id, ActionNeeds(of: gate, transaction), transaction)
    return try hand(gate.id, to: offer.assistantID, transaction)
  }

  private static func requireOpen(
    _ offer: ActionOffer, _ transaction: borrowing WriteTransaction
  ) throws {
    guard offer.status == .open else {
      throw ActionError.offerEnded(offer.id, status: offer.status)
    }
    guard transaction.now < offer.expiresAt else {
      throw ActionError.offerEnded(offer.id, status: .expired)
    }
  }

  /// An offer with its action, for its assistant and the team.
  private static func requireOffer(
    _ id: ID<ActionOffer>, to operation: String?, _ transaction: borrowing WriteTransaction
  ) throws -> (ActionOffer, ActionGate) {
    guard let offer = try ActionOffer.fetchOne(transaction, offerByID, id) else {
      throw ActionError.unknownOffer(id)
    }
    let gate = try ActionGate.require(offer.actionID, transaction)
    if let operation,
      try !ActionGate.isPrincipal(transaction.principal, offer.assistantID, transaction)
    {
      try gate.authorise(.team, to: operation, transaction)
    }
    return (offer, gate)
  }
}
