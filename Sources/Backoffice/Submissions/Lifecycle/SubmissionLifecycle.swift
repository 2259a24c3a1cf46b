/// The status of a submission and the times that depend on it.
struct SubmissionLifecycle: TableRow, Equatable {
  static let tableName = "submissions"

  let id: ID<Submission>
  let customer: ID<Customer>
  var status: SubmissionStatus
  let createdAt: Timestamp
  let updatedAt: Timestamp
  var times: Submission.Times
}

extension SubmissionLifecycle {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), customer: column("customer_id"), status: column("status"),
      createdAt: column("created_at"), updatedAt: column("updated_at"),
      times: Submission.Times(
        submittedAt: column("submitted_at"), approvedAt: column("approved_at"),
        rejectedAt: column("rejected_at"), liveAt: column("live_at"), closedAt: column("closed_at"),
        expiresAt: column("expires_at"), lastCheckedAt: column("last_checked_at"),
        approvalMicroseconds: column("approval_microseconds")))
  }

  init(_ submission: Submission) {
    self.init(
      id: submission.id, customer: submission.customer, status: submission.status,
      createdAt: submission.createdAt, updatedAt: submission.updatedAt, times: submission.times)
  }
}

extension SubmissionLifecycle {
  /// The corrected row after a statement changed `old` to `self`.
  ///
  /// A time that the statement set is kept. A time that it did not set becomes `now` if the new
  /// status requires it.
  func settled(from old: SubmissionLifecycle?, now: Timestamp) -> SubmissionLifecycle {
    var row = self
    func stands(_ time: KeyPath<Submission.Times, Timestamp?>) -> Bool {
      times[keyPath: time] != nil && times[keyPath: time] != old?.times[keyPath: time]
    }
    if old?.status != status {
      switch status {
      case .submitted:
        // A revision submits again, so the time of the first submission does not apply.
        if !stands(\.submittedAt) { row.times.submittedAt = now }
      case .underReview:
        if times.submittedAt == nil { row.times.submittedAt = now }
      case .approved:
        if !stands(\.approvedAt) { row.times.approvedAt = now }
        if !stands(\.liveAt) { row.times.liveAt = row.times.approvedAt }
      case .rejected:
        if !stands(\.rejectedAt) { row.times.rejectedAt = now }
      case .pending, .submitting, .revisionNeeded, .expired, .removed, .failed, .cancelled:
        break
      }
      if !status.isClosed {
        row.times.closedAt = nil
      } else if !stands(\.closedAt) {
        row.times.closedAt = status == .rejected ? row.times.rejectedAt : now
      }
      // A new pending submission has not been at the directory.
      if !stands(\.lastCheckedAt), old != nil || status != .pending {
        row.times.lastCheckedAt = row.statusTime ?? now
      }
    }
    row.times.approvalMicroseconds = row.times.measuredApproval
    return row
  }

  /// When the current status began, if a column records it.
  var statusTime: Timestamp? {
    switch status {
    case .submitted: times.submittedAt
    case .approved: times.approvedAt
    case .rejected: times.rejectedAt
    case .expired, .removed, .failed, .cancelled: times.closedAt
    case .pending, .submitting, .underReview, .revisionNeeded: nil
    }
  }

  /// When the transition from `old` happened.
  func moveTime(from old: SubmissionLifecycle?, now: Timestamp) -> Timestamp {
    if let statusTime { return statusTime }
    guard let checked = times.lastCheckedAt, checked != old?.times.lastCheckedAt else { return now }
    return checked
  }
}

extension Submission.Times {
  /// The time from submission to approval, if both are known; 0 if the clock went back.
  var measuredApproval: Int64? {
    guard let submittedAt, let approvedAt else { return nil }
    return max(0, approvedAt.microseconds - submittedAt.microseconds)
  }
}
