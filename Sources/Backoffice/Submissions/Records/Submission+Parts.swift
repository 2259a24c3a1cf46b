public import BackofficeStorage

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

    static let columns = [
      "submitted_at", "approved_at", "rejected_at", "live_at", "closed_at", "expires_at",
      "last_checked_at", "approval_microseconds",
    ]

    init() {}

    init(from column: inout Row.Reader) throws {
      submittedAt = try column.next()
      approvedAt = try column.next()
      rejectedAt = try column.next()
      liveAt = try column.next()
      closedAt = try column.next()
      expiresAt = try column.next()
      lastCheckedAt = try column.next()
      approvalMicroseconds = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(submittedAt)
      try binder.bind(approvedAt)
      try binder.bind(rejectedAt)
      try binder.bind(liveAt)
      try binder.bind(closedAt)
      try binder.bind(expiresAt)
      try binder.bind(lastCheckedAt)
      try binder.bind(approvalMicroseconds)
    }

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

    static let columns = [
      "rejection_reason", "rejection_category", "revision_notes", "revision_count",
    ]

    init() {}

    init(from column: inout Row.Reader) throws {
      rejectionReason = try column.next()
      rejectionCategory = try column.next()
      revisionNotes = try column.next()
      revisionCount = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(rejectionReason)
      try binder.bind(rejectionCategory)
      try binder.bind(revisionNotes)
      try binder.bind(revisionCount)
    }
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

    static let columns = [
      "impressions_count", "clicks_count", "listing_ranking_position", "search_visibility_score",
      "backlink_created", "authority_impact_hundredths", "traffic_generated_estimate",
      "leads_generated_estimate", "conversion_tracking_url",
    ]

    init() {}

    init(from column: inout Row.Reader) throws {
      impressions = try column.next()
      clicks = try column.next()
      rankingPosition = try column.next()
      searchVisibility = try column.next()
      hasBacklink = try column.next()
      authorityImpactHundredths = try column.next()
      trafficEstimate = try column.next()
      leadsEstimate = try column.next()
      conversionTrackingURL = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(impressions)
      try binder.bind(clicks)
      try binder.bind(rankingPosition)
      try binder.bind(searchVisibility)
      try binder.bind(hasBacklink)
      try binder.bind(authorityImpactHundredths)
      try binder.bind(trafficEstimate)
      try binder.bind(leadsEstimate)
      try binder.bind(conversionTrackingURL)
    }

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

    static let columns = ["quality_score", "directory_rating", "compliance_status"]

    init() {}

    init(from column: inout Row.Reader) throws {
      score = try column.next()
      directoryRating = try column.next()
      compliance = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(score)
      try binder.bind(directoryRating)
      try binder.bind(compliance)
    }
  }

  /// Whether a submission keeps the directory's rules.
  public enum Compliance: String, TextEnum {
    /// It does.
    case compliant
    /// It does not.
    case nonCompliant = "non_compliant"
    /// Nobody looked.
    case pendingReview = "pending_review"
    /// The directory has no rules for it.
    case notApplicable = "not_applicable"
  }
}
