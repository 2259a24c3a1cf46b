/// Sets each customer's weight in fair scheduling to that of the subscription's tier.
struct SubscriptionWeights: DerivedValue {
  let name = "queue_weights.subscriptions"

  struct Row: TableRow {
    static let tableName = Subscription.tableName
    let customer: ID<Customer>
    let choice: TierChoice

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      choice = try TierChoice(&column)
    }
  }

  var triggers: [Trigger] {
    [
      .after(
        name, .insertOrUpdate(of: "customer_id", "tier", "tier_version", "period_start_at"),
        on: Row.self
      ) { change, transaction in
        guard let new = change.new else { return }
        let weight = try new.choice.terms(after: change.old?.choice, in: transaction).weight
        // An account without a weight has the weight 1, and an unchanged weight is not written.
        if change.old == nil, weight == 1 { return }
        if let old = change.old, old.customer == new.customer,
          try old.choice.terms(after: old.choice, in: transaction).weight == weight
        {
          return
        }
        try transaction.queues.setWeight(weight, of: Account(new.customer))
      }
    ]
  }

  private static let differing = SQLStatement(
    """
    SELECT \(Row.selection(of: "s")) FROM subscriptions s
    JOIN tier_versions v ON v.tier = s.tier AND v.version = s.tier_version
    LEFT JOIN queue_weights w ON w.account = s.customer_id
    WHERE coalesce(w.weight, 1) <> v.weight ORDER BY s.pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try Row.fetchAll(transaction, Self.differing, limit).map { row in
      Finding(
        check: name, entity: "queue_weights of customer \(row.customer)",
        problem: "the weight is not that of the tier \(row.choice.tier)")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let rows = try Row.fetchAll(transaction, Self.differing, -1)
    for row in rows {
      let weight = try row.choice.terms(after: row.choice, in: transaction).weight
      try transaction.queues.setWeight(weight, of: Account(row.customer))
    }
    return rows.count
  }
}
