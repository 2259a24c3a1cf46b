/// The columns of a customer that determine its entry in the full-text index.
private struct SearchedRow: TableRow {
  static let tableName = "customers"

  let pk: Int64
  let isLive: Bool

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    pk = try column("pk")
    isLive = try column("deleted_at") as Timestamp? == nil
  }
}

/// Maintains the full-text index of live customers.
struct CustomerSearchIndex: DerivedValue {
  let name = "customers.search"

  /// The index entry of a live customer, defined once for the rule, the check and the rebuild.
  private static let entry = """
    SELECT pk, full_name, coalesce(company_name, ''), coalesce(email_key, ''),
      coalesce(phone_key, ''),
      trim(coalesce(business_type, '') || ' ' || coalesce(business_requirements, ''))
    FROM customers WHERE deleted_at IS NULL
    """
  private static let columns = "rowid, full_name, company, email, phone, business"

  private static let put = SQLStatement(
    "INSERT OR REPLACE INTO customers_search (\(columns)) \(entry) AND pk = ?")
  private static let remove = SQLStatement("DELETE FROM customers_search WHERE rowid = ?")

  private static let missing = SQLStatement(
    """
    WITH expected (pk, full_name, company, email, phone, business) AS (\(entry))
    SELECT expected.pk, customers.id, found.rowid IS NULL FROM expected
    JOIN customers ON customers.pk = expected.pk
    LEFT JOIN customers_search AS found ON found.rowid = expected.pk
    WHERE found.rowid IS NULL OR found.full_name IS NOT expected.full_name
      OR found.company IS NOT expected.company OR found.email IS NOT expected.email
      OR found.phone IS NOT expected.phone OR found.business IS NOT expected.business
    LIMIT ?
    """)
  private static let orphaned = SQLStatement(
    """
    SELECT found.rowid FROM customers_search AS found
    LEFT JOIN customers ON customers.pk = found.rowid AND customers.deleted_at IS NULL
    WHERE customers.pk IS NULL LIMIT ?
    """)

  var triggers: [Trigger] {
    [
      .after(
        "customers.search",
        .insertDeleteOrUpdate(
          of: "pk", "full_name", "company_name", "email_key", "phone_key", "business_type",
          "business_requirements", "deleted_at"),
        on: SearchedRow.self
      ) { change, transaction in
        if let old = change.old, old.isLive {
          let isStillThere = change.new.map { $0.isLive && $0.pk == old.pk } ?? false
          if !isStillThere { try transaction.execute(Self.remove, old.pk) }
        }
        if let new = change.new, new.isLive { try transaction.execute(Self.put, new.pk) }
      }
    ]
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings = try transaction.fetchAll(Self.missing, limit) { row in
      let id: ID<Customer> = try row.value(at: 1)
      let isMissing: Bool = try row.value(at: 2)
      return Finding(
        check: name, entity: "customers \(id)",
        problem: isMissing ? "not in the index" : "the index entry is out of date")
    }
    findings += try transaction.fetchAll(Self.orphaned, limit) { row in
      let pk: Int64 = try row.value(at: 0)
      return Finding(
        check: name, entity: "customers_search \(pk)", problem: "there is no such live customer")
    }
    return Array(findings.prefix(limit))
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    var count = 0
    let orphans: [Int64] = try transaction.fetchAll(Self.orphaned, -1) { row in
      try row.value(at: 0)
    }
    for pk in orphans { count += try transaction.execute(Self.remove, pk) > 0 ? 1 : 0 }
    let missing: [Int64] = try transaction.fetchAll(Self.missing, -1) { row in
      try row.value(at: 0)
    }
    for pk in missing { try transaction.execute(Self.put, pk) }
    return count + missing.count
  }
}
