/// Measurements of a listing; nil keeps the stored value.
public struct SubmissionMeasurement: Sendable, Hashable {
  /// The total number of impressions.
  public var impressions: Int?
  /// The total number of clicks.
  public var clicks: Int?
  /// The position in the directory's list, starting at 1.
  public var rankingPosition: Int?
  /// The visibility in searches, 1 to 100.
  public var searchVisibility: Int?
  /// Whether the listing links back to the business.
  public var hasBacklink: Bool?
  /// The change of the business's domain authority, in hundredths of a point.
  public var authorityImpactHundredths: Int?
  /// The estimated total number of visits that it brought.
  public var trafficEstimate: Int?
  /// The estimated total number of leads that it brought.
  public var leadsEstimate: Int?
  /// The URL of its conversion tracking.
  public var conversionTrackingURL: String?

  /// Creates a measurement.
  public init(
    impressions: Int? = nil, clicks: Int? = nil, rankingPosition: Int? = nil,
    searchVisibility: Int? = nil, hasBacklink: Bool? = nil,
    authorityImpactHundredths: Int? = nil, trafficEstimate: Int? = nil,
    leadsEstimate: Int? = nil, conversionTrackingURL: String? = nil
  ) {
    self.impressions = impressions
    self.clicks = clicks
    self.rankingPosition = rankingPosition
    self.searchVisibility = searchVisibility
    self.hasBacklink = hasBacklink
    self.authorityImpactHundredths = authorityImpactHundredths
    self.trafficEstimate = trafficEstimate
    self.leadsEstimate = leadsEstimate
    self.conversionTrackingURL = conversionTrackingURL
  }
}

extension Submissions {
  private static let setPerformance = edit(
    """
    impressions_count = coalesce(?3, impressions_count),
      clicks_count = coalesce(?4, clicks_count),
      listing_ranking_position = coalesce(?5, listing_ranking_position),
      search_visibility_score = coalesce(?6, search_visibility_score),
      backlink_created = coalesce(?7, backlink_created),
      authority_impact_hundredths = coalesce(?8, authority_impact_hundredths),
      traffic_generated_estimate = coalesce(?9, traffic_generated_estimate),
      leads_generated_estimate = coalesce(?10, leads_generated_estimate),
      conversion_tracking_url = coalesce(?11, conversion_tracking_url)
    """)
  private static let setQuality = edit(
    """
    quality_score = coalesce(?3, quality_score),
      directory_rating = coalesce(?4, directory_rating),
      compliance_status = coalesce(?5, compliance_status)
    """)

  /// Sets the measurements of a listing.
  ///
  /// Counts are totals since it was created.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func recordPerformance(
    _ id: ID<Submission>, _ measured: SubmissionMeasurement
  ) throws -> Submission {
    let counts: ClosedRange<Int64> = 0...Int64.max
    try SubmissionRules.check(measured.impressions, in: counts, field: "impressions_count")
    try SubmissionRules.check(measured.clicks, in: counts, field: "clicks_count")
    try SubmissionRules.check(
      measured.rankingPosition, in: 1...Int64.max, field: "listing_ranking_position")
    try SubmissionRules.check(
      measured.searchVisibility, in: 1...100, field: "search_visibility_score")
    try SubmissionRules.check(
      measured.trafficEstimate, in: counts, field: "traffic_generated_estimate")
    try SubmissionRules.check(
      measured.leadsEstimate, in: counts, field: "leads_generated_estimate")
    return try edit(
      id, Self.setPerformance, measured.impressions, measured.clicks, measured.rankingPosition,
      measured.searchVisibility, measured.hasBacklink, measured.authorityImpactHundredths,
      measured.trafficEstimate, measured.leadsEstimate, measured.conversionTrackingURL.nonEmpty)
  }

  /// Rates the quality of a submission; nil keeps the stored value.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - quality: the quality score, 1 to 10.
  ///   - directory: the rating of the directory, 1 to 5.
  ///   - compliance: whether it complies with the directory's rules.
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func rate(
    _ id: ID<Submission>, quality: Int? = nil, directory: Int? = nil,
    compliance: Submission.Compliance? = nil
  ) throws -> Submission {
    try SubmissionRules.check(quality, in: 1...10, field: "quality_score")
    try SubmissionRules.check(directory, in: 1...5, field: "directory_rating")
    try SubmissionRules.check(compliance, field: "compliance_status")
    return try edit(id, Self.setQuality, quality, directory, compliance)
  }
}
