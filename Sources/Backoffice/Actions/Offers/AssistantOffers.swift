/// Maintains the counters of each assistant's offers.
struct AssistantOffers: DerivedValue {
  let name = "assistants.offers"

  struct Delta: Sendable {
    var open = 0
    var weight = 0
    var accepted = 0
    var declined = 0
    var expired = 0

    var isEmpty: Bool {
      open == 0 && weight == 0 && accepted == 0 && declined == 0 && expired == 0
    }

    mutating func add(_ row: OfferRow, sign: Int) {
      switch row.status {
      case .open:
        open += sign
        weight.add(row.weight.multiplied(by: sign))
      case .accepted: accepted += sign
      case .declined: declined += sign
      case .expired: expired += sign
      case .withdrawn: break
      }
    }
  }

  var triggers: [Trigger] {
    [
      .atCommit(
        name, .insertDeleteOrUpdate(of: "assistant_id", "status", "weight"), on: OfferRow.self,
        collect: { (change, emit: (ID<Assistant>, Delta) -> Void) in
          for (row, sign) in [(change.old, -1), (change.new, 1)] {
            guard let row else { continue }
            var delta = Delta()
            delta.add(row, sign: sign)
            emit(row.assistant, delta)
          }
        },
        combine: { total, delta in
          total.open.add(delta.open)
          total.weight.add(delta.weight)
          total.accepted.add(delta.accepted)
          total.declined.add(delta.declined)
          total.expired.add(delta.expired)
        },
        perform: { assistant, delta, transaction in
          guard !delta.isEmpty else { return }
          try transaction.execute(
            Self.apply, assistant, delta.open, delta.weight, delta.accepted, delta.declined,
            delta.expired, transaction.now)
        })
    ]
  }

  private static let apply = SQLStatement(
    """
    UPDATE assistants SET offered_count = offered_count + ?2,
      offered_weight = offered_weight + ?3, accepted_offer_count = accepted_offer_count + ?4,
      declined_offer_count = declined_offer_count + ?5,
      expired_offer_count = expired_offer_count + ?6, updated_at = ?7
    WHERE id = ?1
    """)

  private static let differing = SQLStatement(
    """
    WITH work AS (
      SELECT assistant_id, sum(status = 'open') AS open,
        sum(CASE WHEN status = 'open' THEN weight ELSE 0 END) AS weight,
        sum(status = 'accepted') AS accepted, sum(status = 'declined') AS declined,
        sum(status = 'expired') AS expired
      FROM action_offers GROUP BY assistant_id
    ), pairs AS (
      SELECT a.id AS id, a.offered_count AS k1, coalesce(w.open, 0) AS c1,
        a.offered_weight AS k2, coalesce(w.weight, 0) AS c2,
        a.accepted_offer_count AS k3, coalesce(w.accepted, 0) AS c3,
        a.declined_offer_count AS k4, coalesce(w.declined, 0) AS c4,
        a.expired_offer_count AS k5, coalesce(w.expired, 0) AS c5
      FROM assistants a LEFT JOIN work w ON w.assistant_id = a.id
    )
    SELECT id, c1, c2, c3, c4, c5, k1, k2, k3, k4, k5 FROM pairs
    WHERE (k1, k2, k3, k4, k5) <> (c1, c2, c3, c4, c5)
    LIMIT ?
    """)

  private static let columnNames = [
    "offered_count", "offered_weight", "accepted_offer_count", "declined_offer_count",
    "expired_offer_count",
  ]

  private static let write = SQLStatement(
    """
    UPDATE assistants SET offered_count = ?2, offered_weight = ?3, accepted_offer_count = ?4,
      declined_offer_count = ?5, expired_offer_count = ?6, updated_at = ?7
    WHERE id = ?1
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.differing, limit) { row in
      let id = try row.value(at: 0, as: ID<Assistant>.self)
      var problems: [String] = []
      for (index, column) in Self.columnNames.enumerated() {
        let computed = try row.value(at: 1 + index, as: Int.self)
        let kept = try row.value(at: 6 + index, as: Int.self)
        guard computed != kept else { continue }
        problems.append("\(column) is \(kept), its offers give \(computed)")
      }
      return Finding(
        check: name, entity: "assistants \(id)", problem: problems.joined(separator: "; "))
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let rows = try transaction.fetchAll(Self.differing, -1) { row in
      (
        id: try row.value(at: 0, as: ID<Assistant>.self),
        values: try (1...5).map { try row.value(at: $0, as: Int.self) }
      )
    }
    for (id, values) in rows {
      try transaction.execute(
        Self.write, id, values[0], values[1], values[2], values[3], values[4], transaction.now)
    }
    return rows.count
  }
}
