extension Actions {
  static let offerByID = ActionOffer.select("WHERE id = ?")
  static let openOfferOf = ActionOffer.select(
    "INDEXED BY action_offers_open WHERE action_id = ? AND status = 'open'")
  static let pendingWithoutOffer = SQLStatement(
    """
    SELECT id FROM pending_actions INDEXED BY pending_actions_status
    WHERE status = 'pending' AND (scheduled_at IS NULL OR scheduled_at <= ?1)
      AND (next_retry_at IS NULL OR next_retry_at <= ?1)
      AND NOT EXISTS (SELECT 1 FROM action_offers o INDEXED BY action_offers_open
        WHERE o.action_id = pending_actions.id AND o.status = 'open')
    ORDER BY priority, deadline_at, pk LIMIT ?2
    """)

  /// The default time for which an offer can be accepted: two minutes.
  public static let standardOfferTime = Duration.seconds(120)
  /// The number of rounds of offers after which an action waits to be claimed: 3.
  public static let offerRounds = 3

  /// Offers a pending action to an assistant manually.
  ///
  /// Until the offer is accepted (``accept(_:)``), declined or expires, no other assistant can
  /// claim the action, it is not assigned automatically, and its weight counts against the
  /// assistant's capacity. Offering it to the same assistant again changes nothing; an open offer
  /// to another assistant is withdrawn.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - assistant: the assistant. Working hours and availability are not checked.
  ///   - time: how long the offer is open; two minutes by default, at most 366 days.
  /// - Throws: ``ActionError/unknownAction(_:)``, ``ActionError/unknownAssistant(_:)``,
  ///   ``ActionError/illegalMove(_:from:to:)`` if it is not pending,
  ///   ``ActionError/notEligible(_:assistant:reasons:)``,
  ///   ``ActionError/invalidValue(field:problem:)`` if the time is out of range,
  ///   ``ActionError/notPermitted(_:principal:operation:)`` for principals outside the team.
  @discardableResult
  public func offer(
    _ id: ID<PendingAction>, to assistant: ID<Assistant>,
    for time: Duration = Actions.standardOfferTime
  ) throws -> ActionOffer {
    try Self.validate(offerTime: time)
    return try access.write { transaction in
      let gate = try Self.requireOfferable(id, transaction)
      if let open = try Self.endExpired(Self.openOffer(of: id, transaction), transaction) {
        if open.assistantID == assistant { return open }
        try transaction.execute(
          OfferRules.withdrawOpen, id, transaction.now, transaction.reason)
      }
      try Self.requireFit(assistant, for: id, ActionNeeds(of: gate, transaction), transaction)
      return try transaction.insertOffer(
        of: id, to: assistant, round: OfferRound(of: id, transaction).number, weight: gate.weight,
        time: time, candidates: nil)
    }
  }

  /// Offers a pending action to the best assistant.
  ///
  /// The best assistant is chosen as in ``assignAutomatically(_:)``, among those not yet asked in
  /// this round. Skills that are due are relaxed first, as in ``relaxSkills(limit:)``.
  ///
  /// - Returns: the offer, or the open one if there is one; nil if no assistant is eligible, in
  ///   which case ``decisions(for:limit:)`` states the reasons.
  /// - Throws: the errors of ``offer(_:to:for:)``.
  /// - Complexity: reads all assistants and their current actions.
  @discardableResult
  public func offerAutomatically(
    _ id: ID<PendingAction>, for time: Duration = Actions.standardOfferTime
  ) throws -> ActionOffer? {
    try Self.validate(offerTime: time)
    return try access.write { transaction in
      let gate = try Self.requireOfferable(id, transaction)
      if let open = try Self.endExpired(Self.openOffer(of: id, transaction), transaction) {
        return open
      }
      var pool = try AssistantPool(transaction)
      return try transaction.offerToNext(gate, time: time, &pool)
    }
  }

  /// Offers pending actions without an open offer to the best assistants, most urgent first, in one
  /// transaction.
  ///
  /// Actions that are scheduled for later are skipped. An action that suits no assistant, or whose
  /// offer a rule of the store refuses, does not keep those behind it from being offered.
  ///
  /// - Parameters:
  ///   - time: how long each offer is open.
  ///   - limit: the maximum number of offers to make; 1,000 by default.
  /// - Returns: the offers, in the order in which they were made.
  /// - Throws: ``ActionError/invalidValue(field:problem:)``,
  ///   ``ActionError/notPermitted(_:principal:operation:)``.
  /// - Complexity: reads all assistants once.
  @discardableResult
  public func offerPending(
    for time: Duration = Actions.standardOfferTime, limit: Int = Actions.standardAssignmentLimit
  ) throws -> [ActionOffer] {
    try Self.validate(offerTime: time)
    return try access.write { transaction in
      let ids = try transaction.fetchAll(Self.pendingWithoutOffer, transaction.now, -1) { row in
        try row.value(at: 0, as: ID<PendingAction>.self)
      }
      guard !ids.isEmpty else { return [] }
      var pool = try AssistantPool(transaction)
      var offers: [ActionOffer] = []
      for (index, id) in ids.enumerated() {
        // Actions without an eligible assistant do not block others while there is room.
        guard offers.count < limit, index < limit || pool.hasRoom else { break }
        let gate = try Self.requireOfferable(id, transaction)
        if let offer = try transaction.offering(gate, time: time, &pool).offer {
          offers.append(offer)
        }
      }
      return offers
    }
  }

  private static func validate(offerTime time: Duration) throws(ActionError) {
    guard time.microseconds > 0, time <= .hours(366 * 24) else {
      throw .invalidValue(
        field: "offer time", problem: "is \(time), not more than 0 and 366 days at most")
    }
  }

  private static func requireOfferable(
    _ id: ID<PendingAction>, _ transaction: borrowing WriteTransaction
  ) throws -> ActionGate {
    let gate = try ActionGate.require(id, transaction)
    try gate.authorise(.team, to: "offer", transaction)
    guard gate.status == .pending else {
      throw ActionError.illegalMove(id, from: gate.status, to: .assigned)
    }
    return gate
  }
}

extension Actions {
  static func openOffer(
    of id: ID<PendingAction>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> ActionOffer? {
    try ActionOffer.fetchOne(transaction, openOfferOf, id)
  }

  /// The open offer of an action; an expired one is ended here and does not prevent a claim.
  static func endExpired(
    _ offer: ActionOffer?, _ transaction: borrowing WriteTransaction
  ) throws -> ActionOffer? {
    guard let offer, offer.expiresAt <= transaction.now else { return offer }
    _ = try transaction.endOffer(offer, as: .expired)
    return nil
  }
}
