/// Checks that the times of each submission agree with its status and with each other.
struct SubmissionTimesCheck: ConsistencyCheck {
  let name = "submissions.times"

  private static let approvals = SQLStatement(
    """
    SELECT id, approval_microseconds, max(0, approved_at - submitted_at) FROM submissions
    WHERE approval_microseconds IS NOT max(0, approved_at - submitted_at) LIMIT ?
    """)
  private static let unchecked = SQLStatement(
    """
    SELECT id, status FROM submissions
    WHERE status <> 'pending' AND (last_checked_at IS NULL
      OR (status = 'approved' AND live_at IS NULL))
    LIMIT ?
    """)

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    let approvals = try transaction.fetchAll(Self.approvals, limit) { row in
      let id: ID<Submission> = try row.value(at: 0)
      let kept: Int64? = try row.value(at: 1)
      let expected: Int64? = try row.value(at: 2)
      return Finding(
        check: name, entity: "submissions \(id)",
        problem: "approval_microseconds is \(Self.text(kept)), expected \(Self.text(expected))")
    }
    let unchecked = try transaction.fetchAll(Self.unchecked, limit) { row in
      let id: ID<Submission> = try row.value(at: 0)
      let status: SubmissionStatus = try row.value(at: 1)
      return Finding(
        check: name, entity: "submissions \(id)",
        problem: "is \(status.rawValue) without last_checked_at or live_at")
    }
    return Array((approvals + unchecked).prefix(limit))
  }

  private static func text(_ value: Int64?) -> String { value.map(String.init) ?? "null" }
}
