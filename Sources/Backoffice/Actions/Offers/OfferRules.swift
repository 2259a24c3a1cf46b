/// The rules that every statement that changes offers must satisfy.
enum OfferRules {
  static let triggers = [moves, withdraw]

  private static let pendingOf = SQLStatement("SELECT status FROM pending_actions WHERE id = ?")

  /// An offer ends once, and only a pending action can be offered.
  static let moves = Trigger.after(
    "action_offers.moves", .insertOrUpdate(of: "status"), on: OfferRow.self
  ) { change, transaction in
    guard let new = change.new else { return }
    if let old = change.old, old.status != .open {
      throw ActionError.offerEnded(new.id, status: old.status)
    }
    guard new.status == .open else { return }
    let status = try transaction.fetchOne(pendingOf, new.action) { row in
      try row.value(at: 0, as: ActionStatus.self)
    }
    if let status, status != .pending {
      throw ActionError.illegalMove(new.action, from: status, to: .pending)
    }
  }

  static let withdrawOpen = SQLStatement(
    """
    UPDATE action_offers SET status = 'withdrawn', ended_at = ?2, reason = ?3
    WHERE action_id = ?1 AND status = 'open'
    """)

  /// Withdraws the open offer of an action that was assigned elsewhere or is finished.
  static let withdraw = Trigger.after(
    "action_offers.withdraw", .update(of: "status"), on: ActionKindRow.self,
    when: { $0.old?.status == .pending && $0.new?.status != .pending },
    perform: { change, transaction in
      guard let new = change.new else { return }
      try transaction.execute(withdrawOpen, new.id, transaction.now, transaction.reason)
    })
}

extension ConsistencyCheck where Self == QueryCheck {
  /// Checks that open offers belong to pending actions.
  static var openOffers: QueryCheck {
    QueryCheck(
      "action_offers.open",
      """
      SELECT 'action_offers', o.id, 'it is open, but its action is ' || a.status
      FROM action_offers o JOIN pending_actions a ON a.id = o.action_id
      WHERE o.status = 'open' AND a.status <> 'pending' LIMIT ?
      """)
  }
}
