/// Gives each customer the share of fair queues that the tier of the subscription has.
struct SubscriptionWeights: DerivedValue {
  let name = "queue_weights.subscriptions"

  struct Row: TableRow {
    static let tableName = Subscription.tableName
    let customer: ID<Customer>
    let tier: SubscriptionTier

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
      tier = try column("tier")
    }

    func write(_ transaction: borrowing WriteTransaction) throws {
      try transaction.queues.setWeight(tier.weight, of: Account(customer))
    }
  }

  var triggers: [Trigger] {
    [
      .after(name, .insertOrUpdate(of: "customer_id", "tier"), on: Row.self) {
        change, transaction in
        guard let new = change.new else { return }
        // An account without a weight has the weight 1.
        if change.old == nil, new.tier.weight == 1 { return }
        try new.write(transaction)
      }
    ]
  }

  private static let differing = SQLStatement(
    """
    SELECT \(Row.selection(of: "s")) FROM subscriptions s
    LEFT JOIN queue_weights w ON w.account = s.customer_id
    WHERE coalesce(w.weight, 1) <> \(SubscriptionTerms.sql(\.weight)) ORDER BY s.pk LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try Row.fetchAll(transaction, Self.differing, limit).map { row in
      Finding(
        check: name, entity: "queue_weights of customer \(row.customer)",
        problem: "the weight is not that of the tier \(row.tier.rawValue), \(row.tier.weight)")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let rows = try Row.fetchAll(transaction, Self.differing, -1)
    for row in rows { try row.write(transaction) }
    return rows.count
  }
}
