import Backoffice

/// How many contacts of a campaign are overdue: changes with the contacts, and with time alone.
struct OverdueContacts: TimedValue {
  let name = "campaigns.overdue"

  private static let differing = """
    SELECT c.id, c.overdue, (SELECT count(*) FROM contacts k
      WHERE k.campaign_id = c.id AND k.due_at <= ?1 AND k.done_at IS NULL) AS expected
    FROM campaigns c WHERE c.overdue <> expected
    """
  private static let wrong = SQLStatement("\(differing) LIMIT ?2")
  private static let add = SQLStatement("UPDATE campaigns SET overdue = overdue + ?2 WHERE id = ?1")
  private static let mend = SQLStatement(
    "UPDATE campaigns SET overdue = d.expected FROM (\(differing)) AS d WHERE campaigns.id = d.id")

  var triggers: [Trigger] {
    [
      .after(name, .insertDeleteOrUpdate(of: "due_at", "done_at"), on: Contact.self) {
        [self] change, transaction in
        let instant = try instant(in: transaction)
        for (row, sign) in [(change.old, -1), (change.new, 1)] {
          guard let row, row.doneAt == nil, row.dueAt <= instant else { continue }
          try transaction.execute(Self.add, row.campaign, sign)
        }
      }
    ]
  }

  func findings(
    in transaction: borrowing ReadTransaction, asOf instant: Timestamp, limit: Int
  ) throws -> [Finding] {
    try transaction.fetchAll(Self.wrong, instant, limit) { row in
      Finding(
        check: name, entity: "campaigns \(try row.value(at: 0, as: ID<Campaign>.self))",
        problem: "expected \(try row.value(at: 2, as: Int.self)), "
          + "found \(try row.value(at: 1, as: Int.self))")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction, asOf instant: Timestamp) throws -> Int {
    try transaction.execute(Self.mend, instant)
  }
}
