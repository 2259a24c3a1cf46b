extension Submission {
  /// When a submission did what.
  public struct Times: Sendable, Hashable, Codable {
    /// When it was last submitted; a revision submits it again.
    public var submittedAt: Timestamp?
    /// When the directory approved it.
    public var approvedAt: Timestamp?
    /// When the directory rejected it.
    public var rejectedAt: Timestamp?
    /// When the listing could be seen; the approval, unless somebody says otherwise.
    public var liveAt: Timestamp?
    /// When it stopped being live: rejected, expired, removed, failed or cancelled.
    public var closedAt: Timestamp?
    /// When it runs out without further news.
    public var expiresAt: Timestamp?
    /// When its status last changed or somebody last looked at the directory; no other write counts.
    public var lastCheckedAt: Timestamp?
    /// From the last submission to the approval, when both are known; kept by the store.
    public internal(set) var approvalMicroseconds: Int64?

    /// From the last submission to the approval, when both are known.
    public var approvalTime: Duration? { approvalMicroseconds.map(Duration.microseconds) }
  }

  /// What the directory said.
  public struct Review: Sendable, Hashable, Codable {
    /// Why it was rejected.
    public var rejectionReason: String?
    /// What kind of reason that is, in the program's own words.
    public var rejectionCategory: String?
    /// What the directory wants changed.
    public var revisionNotes: String?
    /// How often the directory wanted something changed.
    public var revisionCount = 0
  }

  /// What the listing does.
  public struct Performance: Sendable, Hashable, Codable {
    /// How often it was shown.
    public var impressions = 0
    /// How often it was followed.
    public var clicks = 0
    /// Its place in the directory's list, 1 for the first.
    public var rankingPosition: Int?
    /// How visible it is to searches, 1 to 100.
    public var searchVisibility: Int?
    /// Whether it links back to the business.
    public var hasBacklink = false
    /// The change of the business's domain authority, in hundredths of a point.
    public var authorityImpactHundredths: Int?
    /// Visits it is thought to have brought.
    public var trafficEstimate = 0
    /// Leads it is thought to have brought.
    public var leadsEstimate = 0
    /// Where its conversions are counted.
    public var conversionTrackingURL: String?

    /// Clicks of impressions, or nil when it was never shown.
    public var clickThroughRate: Ratio? { Ratio(clicks, of: impressions) }
  }

  /// How good it is.
  public struct Quality: Sendable, Hashable, Codable {
    /// How well it was done, 1 to 10.
    public var score: Int?
    /// How the customer or the team rates the directory for it, 1 to 5.
    public var directoryRating: Int?
    /// Whether it keeps the directory's rules.
    public var compliance = Compliance.pendingReview
  }

  /// Whether a submission keeps the directory's rules.
  ///
  /// A program adds judgements of its own.
  public struct Compliance: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It does.
    public static let compliant = Compliance("compliant")
    /// It does not.
    public static let nonCompliant = Compliance("non_compliant")
    /// Not reviewed yet.
    public static let pendingReview = Compliance("pending_review")
    /// The directory has no rules for it.
    public static let notApplicable = Compliance("not_applicable")
  }
}
