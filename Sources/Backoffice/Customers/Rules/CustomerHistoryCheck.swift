import BackofficeStorage

/// The last history row of a customer says its status.
struct CustomerHistoryCheck: ConsistencyCheck {
  let name = "customers.history"

  private static let differing = SQLStatement(
    """
    SELECT customers.id, customers.status, last.to_status FROM customers
    LEFT JOIN status_history AS last ON last.pk = (
      SELECT pk FROM status_history
      WHERE entity_kind = 'customer' AND entity_id = customers.id ORDER BY at DESC, pk DESC LIMIT 1)
    WHERE last.pk IS NULL OR last.to_status <> customers.status
      OR last.pipeline <> customers.pipeline
    LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.differing, limit) { row in
      let id: ID<Customer> = try row.value(at: 0)
      let status: CustomerStatus = try row.value(at: 1)
      let last: CustomerStatus? = try row.value(at: 2)
      return Finding(
        check: name, entity: "customers \(id)",
        problem: last.map { "is \(status), but its history ends with \($0)" }
          ?? "is \(status), but has no history")
    }
  }
}
