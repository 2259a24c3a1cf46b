/// The status of a submission.
///
/// Most submissions move from pending through submitting, submitted and under review to approved.
public enum SubmissionStatus: String, TextEnum {
  /// The submission is waiting to be submitted.
  case pending
  /// The submission is being submitted.
  case submitting
  /// The submission was delivered to the directory.
  case submitted
  /// The directory is reviewing the submission.
  case underReview = "under_review"
  /// The directory requested changes.
  case revisionNeeded = "revision_needed"
  /// The directory approved the submission.
  case approved
  /// The directory rejected the submission.
  case rejected
  /// The directory never decided, or the listing expired.
  case expired
  /// The listing is no longer in the directory.
  case removed
  /// The submission could not be delivered.
  case failed
  /// The submission was cancelled.
  case cancelled
}

extension SubmissionStatus {
  /// The allowed transitions from each status.
  ///
  /// A closed submission stays closed, except that a failed one can be retried.
  public static let transitions: [SubmissionStatus: Set<SubmissionStatus>] = [
    .pending: [.submitting, .failed, .cancelled],
    .submitting: [.pending, .submitted, .failed, .cancelled],
    .submitted: [.underReview, .revisionNeeded, .approved, .rejected, .expired, .cancelled],
    .underReview: [.revisionNeeded, .approved, .rejected, .expired, .cancelled],
    .revisionNeeded: [.submitting, .expired, .cancelled],
    .approved: [.expired, .removed],
    .failed: [.pending],
    .rejected: [], .expired: [], .removed: [], .cancelled: [],
  ]

  /// Whether a submission may move from this status to `status`.
  public func canMove(to status: SubmissionStatus) -> Bool {
    Self.transitions[self]?.contains(status) ?? false
  }

  /// Whether the submission is closed, so that its customer can submit to the directory again.
  public var isClosed: Bool {
    switch self {
    case .rejected, .expired, .removed, .failed, .cancelled: true
    case .pending, .submitting, .submitted, .underReview, .revisionNeeded, .approved: false
    }
  }

  /// Whether the directory has received the submission, which the delivery rate counts.
  public var isDelivered: Bool { self == .approved || isWaiting }

  /// Whether the directory's decision is outstanding.
  public var isWaiting: Bool { self == .submitted || self == .underReview }
}
