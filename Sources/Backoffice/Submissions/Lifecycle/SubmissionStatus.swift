/// Where a submission is on its way into a directory.
///
/// The way of most: pending, submitting, submitted, under review, approved.
public enum SubmissionStatus: String, TextEnum {
  /// It waits for somebody to submit it.
  case pending
  /// Somebody is submitting it.
  case submitting
  /// The directory has it.
  case submitted
  /// The directory looks at it.
  case underReview = "under_review"
  /// The directory wants something changed.
  case revisionNeeded = "revision_needed"
  /// The directory lists the business.
  case approved
  /// The directory refused it.
  case rejected
  /// The directory never decided, or the listing ran out.
  case expired
  /// The listing was there and is gone.
  case removed
  /// It could not be submitted.
  case failed
  /// Somebody called it off.
  case cancelled
}

extension SubmissionStatus {
  /// The moves that are legal, whatever statement makes them.
  ///
  /// A closed submission stays closed, except that a failed one may be tried again.
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

  /// Whether a submission may move from here to `status`.
  public func canMove(to status: SubmissionStatus) -> Bool {
    Self.transitions[self]?.contains(status) ?? false
  }

  /// Whether the submission is no longer live: its customer may submit to the directory again.
  public var isClosed: Bool {
    switch self {
    case .rejected, .expired, .removed, .failed, .cancelled: true
    case .pending, .submitting, .submitted, .underReview, .revisionNeeded, .approved: false
    }
  }

  /// Whether the directory has the submission or lists it: what the delivery rate counts.
  public var isDelivered: Bool { self == .approved || isWaiting }

  /// Whether the directory has yet to decide.
  public var isWaiting: Bool { self == .submitted || self == .underReview }
}
