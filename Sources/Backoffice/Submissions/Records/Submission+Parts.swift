extension Submission {
  /// The times of a submission's events.
  public struct Times: Sendable, Hashable, Codable {
    /// When it was last submitted; a revision submits it again.
    public var submittedAt: Timestamp?
    /// When the directory approved it.
    public var approvedAt: Timestamp?
    /// When the directory rejected it.
    public var rejectedAt: Timestamp?
    /// When the listing became visible; the time of the approval by default.
    public var liveAt: Timestamp?
    /// When it was closed: rejected, expired, removed, failed or cancelled.
    public var closedAt: Timestamp?
    /// When the submission or listing expires.
    public var expiresAt: Timestamp?
    /// When its status last changed or the directory was last checked; other writes do not count.
    public var lastCheckedAt: Timestamp?
    /// The time from the last submission to the approval in microseconds, if both are known;
    /// maintained by the store.
    public internal(set) var approvalMicroseconds: Int64?

    /// The time from the last submission to the approval, if both are known.
    public var approvalTime: Duration? { approvalMicroseconds.map(Duration.microseconds) }
  }

  /// The directory's review of a submission.
  public struct Review: Sendable, Hashable, Codable {
    /// The reason of the rejection.
    public var rejectionReason: String?
    /// The category of the reason, in the program's own vocabulary.
    public var rejectionCategory: String?
    /// The changes that the directory requested.
    public var revisionNotes: String?
    /// The number of requested revisions.
    public var revisionCount = 0
  }

  /// The performance of a listing.
  public struct Performance: Sendable, Hashable, Codable {
    /// The number of impressions.
    public var impressions = 0
    /// The number of clicks.
    public var clicks = 0
    /// The position in the directory's list, starting at 1.
    public var rankingPosition: Int?
    /// The visibility in searches, 1 to 100.
    public var searchVisibility: Int?
    /// Whether the listing links back to the business.
    public var hasBacklink = false
    /// The change of the business's domain authority, in hundredths of a point.
    public var authorityImpactHundredths: Int?
    /// The estimated number of visits that it brought.
    public var trafficEstimate = 0
    /// The estimated number of leads that it brought.
    public var leadsEstimate = 0
    /// The URL of its conversion tracking.
    public var conversionTrackingURL: String?

    /// The fraction of impressions that were clicked, or nil without impressions.
    public var clickThroughRate: Ratio? { Ratio(clicks, of: impressions) }
  }

  /// The quality of a submission.
  public struct Quality: Sendable, Hashable, Codable {
    /// The quality score, 1 to 10.
    public var score: Int?
    /// The rating of the directory by the customer or the team, 1 to 5.
    public var directoryRating: Int?
    /// Whether it complies with the directory's rules.
    public var compliance = Compliance.pendingReview
  }

  /// The compliance of a submission with the directory's rules.
  ///
  /// A program can add its own.
  public struct Compliance: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Creates a value from its stored text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The submission complies with the rules.
    public static let compliant = Compliance("compliant")
    /// The submission does not comply with the rules.
    public static let nonCompliant = Compliance("non_compliant")
    /// The compliance has not been reviewed.
    public static let pendingReview = Compliance("pending_review")
    /// The directory has no rules.
    public static let notApplicable = Compliance("not_applicable")
  }
}
