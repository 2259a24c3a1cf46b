/// A website on which a business can be listed.
public struct Directory: Record, Hashable {
  /// The table.
  public static let tableName = "directories"

  /// The directory's id.
  public let id: ID<Directory>
  /// The unique normalised address: without scheme, `www.` and trailing slashes, host in lower
  /// case.
  public internal(set) var addressKey: String
  /// The name, which need not be unique.
  public var name: String
  /// The web address as entered.
  public var website: String
  /// The URL of the submission form.
  public var submissionURL: String?
  /// The category.
  public var category: ID<DirectoryCategory>
  /// The domain rating, 0 to 100; nil if unknown.
  public var domainRating: Int?
  /// The type of its links.
  public var linkType: LinkType
  /// The priority.
  public var priorityTier: PriorityTier
  /// The pricing model.
  public var pricingModel: PricingModel
  /// The price of a listing.
  public var price: Money?
  /// The difficulty of a submission, 1 to 5.
  public var difficulty: Int
  /// The expected number of days until a decision; ``counters`` has the measured times.
  public var expectedApprovalDays: Int
  /// The description.
  public var description: String?
  /// The requirements on submissions, a JSON object.
  public var requirements: JSONText
  /// The fields of the form, a JSON array.
  public var formFields: JSONText
  /// The accepted types of business, a JSON array; empty for any.
  public var businessTypes: JSONText
  /// The features, a JSON array.
  public var features: JSONText
  /// The contact information, a JSON object.
  public var contactInfo: JSONText
  /// Whether the directory accepts new submissions.
  public var isActive: Bool
  /// When the data were last verified.
  public var lastVerifiedAt: Timestamp?
  /// The counters of its submissions, which the store maintains.
  public internal(set) var counters: Counters
  /// Further data of the program.
  public var metadata: JSONText
  /// When it was created.
  public let createdAt: Timestamp
  /// When the row was last changed, including its counters.
  public internal(set) var updatedAt: Timestamp
}

extension Directory {
  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), addressKey: column("url_key", \.addressKey),
      name: column("name", \.name), website: column("website", \.website),
      submissionURL: column("submission_url", \.submissionURL),
      category: column("category_id", \.category),
      domainRating: column("domain_rating", \.domainRating),
      linkType: column("link_type", \.linkType),
      priorityTier: column("priority_tier", \.priorityTier),
      pricingModel: column("pricing_model", \.pricingModel),
      price: Money(
        column("price_minor", \.price?.minorUnits), column("currency", \.price?.currency)),
      difficulty: column("submission_difficulty", \.difficulty),
      expectedApprovalDays: column("expected_approval_days", \.expectedApprovalDays),
      description: column("description", \.description),
      requirements: column("submission_requirements", \.requirements),
      formFields: column("form_fields", \.formFields),
      businessTypes: column("business_types", \.businessTypes),
      features: column("features", \.features), contactInfo: column("contact_info", \.contactInfo),
      isActive: column("is_active", \.isActive),
      lastVerifiedAt: column("last_verified_at", \.lastVerifiedAt),
      counters: Counters(
        submissions: column("submission_count", \.counters.submissions),
        delivered: column("delivered_count", \.counters.delivered),
        approved: column("approved_count", \.counters.approved),
        rejected: column("rejected_count", \.counters.rejected),
        approvalMicroseconds: column(
          "approval_time_sum_microseconds", \.counters.approvalMicroseconds),
        approvalTimes: column("approval_time_count", \.counters.approvalTimes)),
      metadata: column("metadata", \.metadata), createdAt: column("created_at", \.createdAt),
      updatedAt: column("updated_at", \.updatedAt))
  }

  init(id: ID<Directory>, new: NewDirectory, addressKey: String, at now: Timestamp) {
    self.init(
      id: id, addressKey: addressKey, name: new.name, website: new.website,
      submissionURL: new.submissionURL.nonEmpty,
      category: new.category ?? DirectoryCategory.general, domainRating: new.domainRating,
      linkType: new.linkType ?? .unknown, priorityTier: new.priorityTier ?? .medium,
      pricingModel: new.pricingModel ?? .unknown, price: new.price,
      difficulty: new.difficulty ?? 3, expectedApprovalDays: new.expectedApprovalDays ?? 3,
      description: new.description.nonEmpty, requirements: new.requirements ?? .emptyObject,
      formFields: new.formFields ?? .emptyArray, businessTypes: new.businessTypes ?? .emptyArray,
      features: new.features ?? .emptyArray, contactInfo: new.contactInfo ?? .emptyObject,
      isActive: true, lastVerifiedAt: new.lastVerifiedAt, counters: Counters(),
      metadata: new.metadata ?? .emptyObject, createdAt: now, updatedAt: now)
  }
}
