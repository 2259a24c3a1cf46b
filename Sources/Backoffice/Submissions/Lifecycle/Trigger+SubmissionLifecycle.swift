extension Trigger {
  /// Sets the times that its status requires for a new submission that is written as a record.
  static let submissionTimes = Trigger.before(
    "submissions.times", .insert, on: Submission.self
  ) { new, _, transaction in
    new.times = SubmissionLifecycle(new).settled(from: nil, now: transaction.now).times
  }

  /// Rejects illegal transitions, corrects the times that depend on the status, and writes the
  /// history, for every statement that changes the row.
  ///
  /// The schema rejects what cannot be corrected afterwards: a status without a required time.
  static let submissionLifecycle = Trigger.after(
    "submissions.lifecycle",
    .insertOrUpdate(
      of: "status", "submitted_at", "approved_at", "live_at", "closed_at",
      "approval_microseconds"),
    on: SubmissionLifecycle.self
  ) { change, transaction in
    guard let new = change.new else { return }
    let old = change.old
    let isMove = old?.status != new.status
    if let old, isMove, !old.status.canMove(to: new.status) {
      throw SubmissionError.illegalMove(new.id, from: old.status, to: new.status)
    }
    let settled = new.settled(from: old, now: transaction.now)
    if settled.times != new.times {
      try transaction.execute(
        mendTimes, new.id, transaction.now, settled.times.submittedAt, settled.times.approvedAt,
        settled.times.rejectedAt, settled.times.liveAt, settled.times.closedAt,
        settled.times.lastCheckedAt, settled.times.approvalMicroseconds)
    }
    guard isMove else { return }
    try transaction.recordLatestHistory(
      StatusChange(
        kind: .submission, entity: ID(retyping: new.id), from: old?.status.rawValue,
        to: new.status.rawValue, at: settled.moveTime(from: old, now: transaction.now)))
  }

  private static let mendTimes = SQLStatement(
    """
    UPDATE submissions SET updated_at = ?2, submitted_at = ?3, approved_at = ?4, rejected_at = ?5,
      live_at = ?6, closed_at = ?7, last_checked_at = ?8, approval_microseconds = ?9
    WHERE id = ?1
    """)
}
