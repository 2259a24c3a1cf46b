extension Submissions {
  private static let lifecycle = SubmissionLifecycle.select("WHERE id = ?")
  private static let move = SQLStatement(
    """
    UPDATE submissions SET status = ?2, updated_at = ?3, submitted_at = ?4, approved_at = ?5,
      rejected_at = ?6, live_at = ?7, closed_at = ?8, last_checked_at = ?9,
      approval_microseconds = ?10
    WHERE id = ?1 RETURNING \(Submission.selection)
    """)

  /// Moves a submission to another status and sets the times that follow.
  ///
  /// - Parameters:
  ///   - at: when the move happened; nil for now. It must not be in the future or before the last
  ///     move.
  static func move(
    _ id: ID<Submission>, to status: SubmissionStatus, at: Timestamp? = nil,
    in transaction: borrowing WriteTransaction
  ) throws -> Submission {
    let now = transaction.now
    guard let old = try SubmissionLifecycle.fetchOne(transaction, lifecycle, id) else {
      throw SubmissionError.unknownSubmission(id)
    }
    guard old.status.canMove(to: status) else {
      throw SubmissionError.illegalMove(id, from: old.status, to: status)
    }
    if let at {
      let earliest = later(old.times.lastCheckedAt, old.times.submittedAt) ?? .distantPast
      guard at >= earliest, at <= now else {
        throw SubmissionError.timeOrder(
          field: "the time of the move to \(status.rawValue)", at: at, earliest: earliest,
          latest: now)
      }
    }
    var new = old
    new.status = status
    // Times of an earlier round do not apply to this one.
    if status == .submitted { new.times.submittedAt = nil }
    let row = new.settled(from: old, now: at ?? now)
    guard
      let moved = try Submission.fetchOne(
        transaction, Self.move, id, status, now, row.times.submittedAt, row.times.approvedAt,
        row.times.rejectedAt, row.times.liveAt, row.times.closedAt, row.times.lastCheckedAt,
        row.times.approvalMicroseconds)
    else { throw SubmissionError.unknownSubmission(id) }
    return moved
  }
}

/// The later of two optional times.
func later(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
  guard let left, let right else { return left ?? right }
  return left > right ? left : right
}
