/// The columns of a customer that determine its entry in the full-text index.
private struct SearchedRow: TableRow {
  static let tableName = "customers"

  let pk: Int64
  let isLive: Bool
  let fullName: String
  let company: String
  let email: String
  let phone: String
  let type: String
  let requirements: String

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    pk = try column("pk")
    isLive = try column("deleted_at") as Timestamp? == nil
    fullName = try column("full_name")
    company = try column("company_name") ?? ""
    email = try column("email_key") ?? ""
    phone = try column("phone_key") ?? ""
    type = try column("business_type") ?? ""
    requirements = try column("business_requirements") ?? ""
  }

  /// The texts of the entry, in the order of its columns.
  var entry: [String] {
    let business = [type, requirements].filter { !$0.isEmpty }.joined(separator: " ")
    return [
      fullName, company, email, phone, business,
      SearchText.folded([fullName, company, email, business], phone: phone),
    ]
  }
}

/// Maintains the full-text index of live customers.
struct CustomerSearchIndex: DerivedValue {
  let name = "customers.search"

  private static let put = SQLStatement(
    """
    INSERT OR REPLACE INTO customers_search
      (rowid, full_name, company, email, phone, business, folded) VALUES (?, ?, ?, ?, ?, ?, ?)
    """)
  private static let remove = SQLStatement("DELETE FROM customers_search WHERE rowid = ?")

  private static let live = SQLStatement(
    """
    SELECT \(SearchedRow.selection), id, entry, f1, f2, f3, f4, f5, f6 FROM customers
    LEFT JOIN (SELECT rowid AS entry, full_name AS f1, company AS f2, email AS f3, phone AS f4,
      business AS f5, folded AS f6 FROM customers_search) ON entry = pk
    WHERE deleted_at IS NULL
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
        if let new = change.new, new.isLive { try Self.put(new, transaction) }
      }
    ]
  }

  private static func put(
    _ row: SearchedRow, _ transaction: borrowing WriteTransaction
  ) throws {
    let entry = row.entry
    try transaction.execute(put) { values throws(SQLiteError) in
      try values.bind(row.pk)
      for text in entry { try values.bind(text) }
    }
  }

  /// Passes the live customers whose entry is missing or out of date to `body`, which returns whether
  /// to go on.
  private static func forEachWrong(
    in transaction: borrowing some Transaction & ~Copyable,
    _ body: (SearchedRow, ID<Customer>, _ isMissing: Bool) throws -> Bool
  ) throws {
    let width = SearchedRow.columns.count
    try transaction.forEach(live) { row in
      let customer = try SearchedRow(reading: row)
      let isMissing = try row.value(at: width + 1, as: Int64?.self) == nil
      let isWrong =
        try isMissing
        || customer.entry.enumerated().contains { place, text in
          try row.value(at: width + 2 + place, as: String?.self)?.utf8.elementsEqual(text.utf8)
            != true
        }
      return try isWrong ? body(customer, row.value(at: width), isMissing) : true
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings: [Finding] = []
    try Self.forEachWrong(in: transaction) { _, id, isMissing in
      findings.append(
        Finding(
          check: name, entity: "customers \(id)",
          problem: isMissing ? "not in the index" : "the index entry is out of date"))
      return findings.count < limit
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
    var wrong: [SearchedRow] = []
    try Self.forEachWrong(in: transaction) { row, _, _ in
      wrong.append(row)
      return true
    }
    for row in wrong { try Self.put(row, transaction) }
    return count + wrong.count
  }
}
