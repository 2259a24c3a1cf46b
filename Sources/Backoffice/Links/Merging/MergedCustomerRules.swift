/// What was merged receives nothing new: rows that name a merged customer are refused.
enum MergedCustomerRules {
  static let triggers = [
    refusing("credit_balances", on: Row<CreditBalances.Opened>.self),
    refusing("credit_entries", on: Row<CreditBalances.Entry>.self),
    refusing("credit_grants", on: Row<CreditGrant>.self),
    refusing("credit_holds", on: Row<CreditHold>.self),
    refusing("credit_uses", on: Row<CreditUse>.self),
    refusing("pending_actions", on: Row<PendingAction>.self),
    refusing("plans", on: Row<Plan>.self),
    refusing("submissions", on: Row<Submission>.self),
    refusing("subscriptions", on: Row<Subscription>.self),
    refusing("usage_events", on: Row<UsageSums.Event>.self),
    refusing("usage_records", on: Row<UsageRecord>.self),
  ]

  /// Without a merge, the rules cost nothing.
  private static let isUsed = RuleSwitch(
    tables: ["customer_merges"], "SELECT EXISTS (SELECT 1 FROM customer_merges)")

  /// Refuses a row of a customer that was merged; the survivor takes its place.
  private static func refusing<Entity: TableRow>(
    _ table: String, on type: Row<Entity>.Type
  ) -> Trigger {
    .after(
      "\(table).merged_customer",
      .insertOrUpdate(of: "customer_id").where(.isOn(isUsed), .holds("customer_id")), on: type
    ) { change, transaction in
      guard let customer = change.new?.customer else { return }
      if let survivor = try transaction.survivorID(of: customer) {
        throw CustomerError.merged(customer, into: survivor)
      }
    }
  }

  private struct Row<Entity: TableRow>: TableRow {
    static var tableName: String { Entity.tableName }
    let customer: ID<Customer>?

    init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
      customer = try column("customer_id")
    }
  }

  /// Finds merged customers that are named where the survivor should be, and survivors that were
  /// merged themselves.
  static var check: QueryCheck {
    let tables = [
      ("queue_items", "account"), ("batches", "account"), ("queue_schedules", "account"),
      ("pending_actions", "customer_id"), ("plans", "customer_id"),
      ("usage_records", "customer_id"), ("credit_holds", "customer_id"),
      ("credit_grants", "customer_id"),
    ]
    let left = tables.map { table, column in
      """
      SELECT '\(table) of customer', c.id, 'it was merged, and not all moved to the survivor'
      FROM customers c
      WHERE c.merged_into IS NOT NULL
        AND EXISTS (SELECT 1 FROM \(table) t WHERE t.\(column) = c.id)
      """
    }
    return QueryCheck(
      "customers.merged",
      """
      SELECT 'customers', c.id, 'the customer into which it was merged was merged itself'
      FROM customers c JOIN customers s ON s.id = c.merged_into
      WHERE c.merged_into IS NOT NULL AND s.merged_into IS NOT NULL
      UNION ALL \(left.joined(separator: " UNION ALL "))
      LIMIT ?
      """)
  }
}
