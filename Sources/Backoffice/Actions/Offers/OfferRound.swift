/// The current round of offers of an action and the assistants asked in it.
struct OfferRound {
  /// The round of the next offer, starting at 1.
  var number = 1
  /// The assistants who did not accept in this round.
  var asked: Set<ID<Assistant>> = []
  /// The assistant who was asked last and did not accept.
  var last: ID<Assistant>?

  static let latest = SQLStatement(
    """
    SELECT assistant_id, round, status FROM action_offers INDEXED BY action_offers_action
    WHERE action_id = ?1 AND offered_at >= coalesce(
      (SELECT max(decided_at) FROM action_assignments d
        WHERE d.action_id = ?1 AND d.assistant_id IS NOT NULL), offered_at)
    ORDER BY pk DESC LIMIT 1000
    """)

  /// Reads the offers since the action was last assigned; an assignment restarts the rounds.
  init(
    of action: ID<PendingAction>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    let offers = try transaction.fetchAll(Self.latest, action) { row in
      (
        assistant: try row.value(at: 0, as: ID<Assistant>.self),
        round: try row.value(at: 1, as: Int.self),
        status: try row.value(at: 2, as: ActionOffer.Status.self)
      )
    }
    guard let first = offers.first, first.status != .accepted else { return }
    number = first.round
    for offer in offers {
      guard offer.status != .accepted, offer.round == number else { break }
      guard offer.status.countsAgainstAssistant else { continue }
      if last == nil { last = offer.assistant }
      asked.insert(offer.assistant)
    }
  }
}

extension WriteTransaction {
  private static let insertOffer = SQLStatement(
    """
    INSERT INTO action_offers (id, action_id, assistant_id, round, weight, offered_at, expires_at,
      is_automatic, candidates)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING \(ActionOffer.selection)
    """)
  private static let endOffer = SQLStatement(
    """
    UPDATE action_offers SET status = ?2, ended_at = ?3, reason = ?4
    WHERE id = ?1 AND status = 'open' RETURNING \(ActionOffer.selection)
    """)

  /// Writes an offer.
  func insertOffer(
    of action: ID<PendingAction>, to assistant: ID<Assistant>, round: Int, weight: Int,
    time: Duration, candidates: String?
  ) throws -> ActionOffer {
    let offer = try ActionOffer.fetchOne(
      self, Self.insertOffer, makeID(ActionOffer.self), action, assistant, round, weight, now,
      now + time, candidates != nil, candidates ?? "[]")
    guard let offer else { throw StorageError.scopeFailed }
    return offer
  }

  /// Ends an open offer.
  func endOffer(_ offer: ActionOffer, as status: ActionOffer.Status) throws -> ActionOffer {
    let ended = try ActionOffer.fetchOne(self, Self.endOffer, offer.id, status, now, reason)
    guard let ended else { throw ActionError.offerEnded(offer.id, status: offer.status) }
    return ended
  }

  /// Offers a pending action to the best assistant not yet asked in the current round.
  ///
  /// When all eligible assistants have been asked, a new round begins, preferably with another
  /// assistant than the last. There are at most ``Actions/offerRounds`` rounds. If no assistant is
  /// eligible, this is recorded as a decision.
  func offerToNext(
    _ gate: ActionGate, time: Duration, _ pool: inout AssistantPool
  ) throws -> ActionOffer? {
    var needs = try ActionNeeds(of: gate, self)
    var round = try OfferRound(of: gate.id, self)
    _ = try relaxSkills(of: gate.id, &needs, pool)
    needs.askedBefore = round.asked
    var candidates = pool.candidates(for: needs)
    var chosen = candidates.first { $0.isEligible }
    if chosen == nil, !round.asked.isEmpty, round.number < Actions.offerRounds {
      needs.askedBefore = []
      let again = pool.candidates(for: needs)
      chosen =
        again.first { $0.isEligible && $0.assistantID != round.last }
        ?? again.first { $0.isEligible }
      if chosen != nil {
        round.number += 1
        candidates = again
      }
    }
    let decision = AssignmentDecision(
      actionID: gate.id, chosen: nil, candidates: candidates, decidedAt: now,
      decidedBy: principal, isAutomatic: true, reason: reason)
    guard let chosen else {
      try recordAssignment(decision)
      return nil
    }
    pool.offer(to: chosen.assistantID, weight: gate.weight, sign: 1)
    return try insertOffer(
      of: gate.id, to: chosen.assistantID, round: round.number, weight: gate.weight, time: time,
      candidates: decision.candidatesText)
  }
  /// Offers an action as ``offerToNext(_:time:_:)`` does; a rule that refuses it changes nothing else.
  func offering(
    _ gate: ActionGate, time: Duration, _ pool: inout AssistantPool
  ) throws -> (offer: ActionOffer?, refusal: String?) {
    let before = pool
    var offer: ActionOffer?
    let refusal = try messageIfRefused { transaction in
      offer = try transaction.offerToNext(gate, time: time, &pool)
    }
    if refusal != nil { pool = before }
    return (refusal == nil ? offer : nil, refusal)
  }
}
