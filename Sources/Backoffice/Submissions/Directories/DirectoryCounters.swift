/// The columns of a submission that its directory's counters depend on.
private struct CountedSubmission: TableRow {
  static let tableName = "submissions"

  let directory: ID<Directory>
  let tally: DirectoryTally

  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    directory = try column("directory_id")
    tally = DirectoryTally(
      status: try column("status"), approval: try column("approval_microseconds"))
  }
}

/// The contribution of submissions to their directory's counters.
private struct DirectoryTally: Sendable, Equatable {
  var submissions = 0
  var delivered = 0
  var approved = 0
  var rejected = 0
  var approvalMicroseconds: Int64 = 0
  var approvalTimes = 0

  init(status: SubmissionStatus, approval: Int64?) {
    submissions = 1
    delivered = status.isDelivered ? 1 : 0
    approved = status == .approved ? 1 : 0
    rejected = status == .rejected ? 1 : 0
    approvalMicroseconds = approval ?? 0
    approvalTimes = approval == nil ? 0 : 1
  }

  private init() {}

  static let zero = DirectoryTally()

  static func - (left: DirectoryTally, right: DirectoryTally) -> DirectoryTally {
    var result = left
    result.submissions = result.submissions.subtracting(right.submissions)
    result.delivered = result.delivered.subtracting(right.delivered)
    result.approved = result.approved.subtracting(right.approved)
    result.rejected = result.rejected.subtracting(right.rejected)
    result.approvalMicroseconds &-= right.approvalMicroseconds
    result.approvalTimes = result.approvalTimes.subtracting(right.approvalTimes)
    return result
  }

  mutating func add(_ other: DirectoryTally) { self = self - (Self.zero - other) }
}

/// Maintains the counters of a directory's submissions: the total, delivered, approved and rejected
/// ones, and the time to approval.
///
/// They are updated by differences when a transaction commits, so the cost of a write does not
/// depend on the number of submissions. Inserts, updates, deletes and moves between directories are
/// covered. A counter never prevents a change of a submission. If a change made without these rules
/// would make a counter invalid, the directory's counters are recomputed.
struct DirectoryCounters: DerivedValue {
  let name = "directories.counters"

  private static let apply = SQLStatement(
    """
    UPDATE directories SET submission_count = submission_count + ?2,
      delivered_count = delivered_count + ?3, approved_count = approved_count + ?4,
      rejected_count = rejected_count + ?5,
      approval_time_sum_microseconds = approval_time_sum_microseconds + ?6,
      approval_time_count = approval_time_count + ?7, updated_at = ?8
    WHERE id = ?1 AND min(submission_count + ?2, delivered_count + ?3, approved_count + ?4,
        rejected_count + ?5, approval_time_sum_microseconds + ?6, approval_time_count + ?7) >= 0
      AND approved_count + ?4 <= delivered_count + ?3
      AND delivered_count + ?3 + rejected_count + ?5 <= submission_count + ?2
    """)

  var triggers: [Trigger] {
    [
      .atCommit(
        name,
        .insertDeleteOrUpdate(of: "directory_id", "status", "approval_microseconds"),
        on: CountedSubmission.self,
        collect: { (change, emit: (ID<Directory>, DirectoryTally) -> Void) in
          if let old = change.old { emit(old.directory, DirectoryTally.zero - old.tally) }
          if let new = change.new { emit(new.directory, new.tally) }
        },
        combine: { sum, delta in sum.add(delta) },
        perform: { directory, delta, transaction in
          guard delta != .zero else { return }
          let changed = try transaction.execute(
            Self.apply, directory, delta.submissions, delta.delivered, delta.approved,
            delta.rejected, delta.approvalMicroseconds, delta.approvalTimes, transaction.now)
          if changed == 0 {
            try transaction.execute(Self.countAgain, transaction.now, directory)
          }
        })
    ]
  }

  /// Directories whose counters are wrong, with the correct values.
  private static func wrong(_ condition: String = "") -> String {
    """
    SELECT d.id AS id, d.pk AS pk,
      d.submission_count AS kept_submissions, d.delivered_count AS kept_delivered,
      d.approved_count AS kept_approved, d.rejected_count AS kept_rejected,
      d.approval_time_sum_microseconds AS kept_sum, d.approval_time_count AS kept_times,
      count(s.pk) AS submissions,
      count(s.pk) FILTER (WHERE s.status IN ('submitted', 'under_review', 'approved'))
        AS delivered,
      count(s.pk) FILTER (WHERE s.status = 'approved') AS approved,
      count(s.pk) FILTER (WHERE s.status = 'rejected') AS rejected,
      coalesce(sum(s.approval_microseconds), 0) AS time_sum,
      count(s.approval_microseconds) AS times
    FROM directories d LEFT JOIN submissions s ON s.directory_id = d.id \(condition)
    GROUP BY d.pk
    HAVING (d.submission_count, d.delivered_count, d.approved_count, d.rejected_count,
        d.approval_time_sum_microseconds, d.approval_time_count)
      <> (submissions, delivered, approved, rejected, time_sum, times)
    """
  }

  private static let findings = SQLStatement("\(wrong()) LIMIT ?1")

  private static func repairing(_ condition: String = "") -> SQLStatement {
    SQLStatement(
      """
      UPDATE directories SET submission_count = w.submissions, delivered_count = w.delivered,
        approved_count = w.approved, rejected_count = w.rejected,
        approval_time_sum_microseconds = w.time_sum, approval_time_count = w.times, updated_at = ?1
      FROM (\(wrong(condition))) AS w WHERE directories.pk = w.pk
      """)
  }

  private static let repair = repairing()
  static let countAgain = repairing("WHERE d.id = ?2")

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    try transaction.fetchAll(Self.findings, limit) { row in
      let id: ID<Directory> = try row.value(at: 0)
      var kept: [Int64] = []
      var expected: [Int64] = []
      for index in 0..<6 {
        kept.append(try row.value(at: 2 + index))
        expected.append(try row.value(at: 8 + index))
      }
      let names = [
        "submission_count", "delivered_count", "approved_count", "rejected_count",
        "approval_time_sum_microseconds", "approval_time_count",
      ]
      let problems = names.indices.filter { kept[$0] != expected[$0] }.map { index in
        "\(names[index]) is \(kept[index]), expected \(expected[index])"
      }
      return Finding(
        check: name, entity: "directories \(id)", problem: problems.joined(separator: ", "))
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    try transaction.execute(Self.repair, transaction.now)
  }
}
