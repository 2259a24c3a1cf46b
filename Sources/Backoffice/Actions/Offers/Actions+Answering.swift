extension Actions {
  static let lapsedOffers = ActionOffer.select(
    """
    INDEXED BY action_offers_expiring
    WHERE status = 'open' AND expires_at <= ?1 AND (expires_at, pk) > (?3, ?4)
    ORDER BY expires_at, pk LIMIT ?2
    """)
  private static let keyOf = SQLStatement("SELECT pk FROM action_offers WHERE id = ?")

  // The clock was set back since these offers were made: their time begins again.
  static let renew = SQLStatement(
    """
    UPDATE action_offers SET expires_at = ?1 + max(0, expires_at - offered_at), offered_at = ?1
    WHERE pk IN (SELECT pk FROM action_offers INDEXED BY action_offers_expiring
      WHERE status = 'open' AND expires_at > ?1 AND offered_at > ?1)
    """)

  /// Accepts an offer, which assigns the action to the assistant.
  ///
  /// Accepting it again while the assistant has the action changes nothing.
  ///
  /// - Returns: the action.
  /// - Throws: ``ActionError/offerEnded(_:status:)`` if the offer has expired, even before a sweep,
  ///   or was declined, withdrawn or accepted before; ``ActionError/unknownOffer(_:)``;
  ///   ``ActionError/notEligible(_:assistant:reasons:)`` if the assistant became inactive, lost a
  ///   skill or is over capacity; ``ActionError/notPermitted(_:principal:operation:)`` for
  ///   principals other than the assistant and the team.
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

  /// Declines an offer.
  ///
  /// The action is offered to the next assistant in the same commit.
  ///
  /// - Parameters:
  ///   - offer: the offer.
  ///   - reason: the assistant's reason.
  /// - Returns: the next offer; nil if no assistant is eligible.
  /// - Throws: ``ActionError/offerEnded(_:status:)``, ``ActionError/unknownOffer(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals other than the assistant
  ///   and the team.
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

  /// Withdraws an offer without counting it against the assistant; the action can be claimed again.
  ///
  /// - Returns: the ended offer.
  /// - Throws: ``ActionError/offerEnded(_:status:)``, ``ActionError/unknownOffer(_:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the team.
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

  /// Ends expired offers, counts them against their assistants, and offers each action to the next
  /// assistant for the same time, in one transaction.
  ///
  /// In one round no assistant is asked twice. When all eligible assistants have been asked, a new
  /// round begins, preferably with another assistant than the last. After ``offerRounds`` rounds
  /// the action stays pending until it is claimed. Several processes may call this method; each
  /// offer ends once.
  ///
  /// - Parameter limit: the maximum number of offers; 100 by default, at most 1,000.
  /// - Returns: the ended offers and those that replace them. Call the method again while the
  ///   number of ended offers equals the limit.
  /// - Throws: ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the
  ///   team.
  /// - Complexity: reads all assistants once, and O(log n) for each expired offer.
  @discardableResult
  public func expireOffers(limit: Int = 100) throws -> OfferSweep {
    try access.write(reason: "not taken in time") { transaction in
      try transaction.execute(Self.renew, transaction.now)
      var sweep = OfferSweep()
      var gates: [(gate: ActionGate, time: Duration)] = []
      var last = (time: Timestamp.distantPast, key: Int64.min)
      let limit = PageLimit.clamped(limit)
      // All offers end before the first new one is made, which frees their weight for each other.
      while gates.count < limit {
        let page = try ActionOffer.fetchAll(
          transaction, Self.lapsedOffers, transaction.now, limit, last.time, last.key)
        for offer in page where gates.count < limit {
          let gate = try ActionGate.require(offer.actionID, transaction)
          try gate.authorise(.team, to: "end the offer of", transaction)
          var ended: ActionOffer?
          let refusal = try transaction.messageIfRefused { transaction in
            ended = try transaction.endOffer(offer, as: .expired)
          }
          if let refusal {
            sweep.refused[offer.id] = refusal
          } else if let ended {
            sweep.expired.append(ended)
            gates.append((gate, offer.time))
          }
        }
        guard page.count == limit, let end = page.last else { break }
        // Refused offers are still open: the next page begins behind them.
        let key = try transaction.fetchOne(Self.keyOf, end.id) { row in
          try row.value(at: 0, as: Int64.self)
        }
        last = (end.expiresAt, key ?? .max)
      }
      guard !gates.isEmpty else { return sweep }
      var pool = try AssistantPool(transaction)
      for (gate, time) in gates {
        if let next = try transaction.offering(gate, time: time, &pool).offer {
          sweep.next.append(next)
        }
      }
      return sweep
    }
  }

  /// Accepts an offer and assigns the action to its assistant.
  static func take(
    _ offer: ActionOffer, _ gate: ActionGate, _ transaction: borrowing WriteTransaction
  ) throws -> PendingAction {
    // The offer ends first because until then its weight already counts against the assistant.
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
