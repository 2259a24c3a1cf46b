/// A place on the web where a business can be listed.
public struct Directory: Record, Hashable {
  /// The table.
  public static let tableName = "directories"

  /// Its identity.
  public let id: ID<Directory>
  /// Its normalised address, unique: no scheme, no `www.`, no trailing slash, host in lower case.
  public internal(set) var addressKey: String
  /// Its name; names repeat in real catalogues.
  public var name: String
  /// Its address as it was given.
  public var website: String
  /// Where a business is submitted.
  public var submissionURL: String?
  /// What kind of directory it is.
  public var category: ID<DirectoryCategory>
  /// How much search engines think of its domain, 0 to 100; nil when nobody measured it.
  public var domainRating: Int?
  /// What its links are worth to search engines.
  public var linkType: LinkType
  /// How much the business wants to be in it.
  public var priorityTier: PriorityTier
  /// What it costs, in kind.
  public var pricingModel: PricingModel
  /// What a listing costs.
  public var price: Money?
  /// How hard a submission is, 1 to 5.
  public var difficulty: Int
  /// After how many days it says it decides; what was measured is in ``counters``.
  public var expectedApprovalDays: Int
  /// What it is.
  public var description: String?
  /// What it asks of a submission, as an object.
  public var requirements: JSONText
  /// The fields of its form, as an array.
  public var formFields: JSONText
  /// The kinds of business it takes, as an array; empty for any.
  public var businessTypes: JSONText
  /// What it offers, as an array.
  public var features: JSONText
  /// Whom to ask, as an object.
  public var contactInfo: JSONText
  /// Whether new submissions may go to it.
  public var isActive: Bool
  /// When somebody last saw that these facts hold.
  public var lastVerifiedAt: Timestamp?
  /// What became of its submissions; kept by the store.
  public internal(set) var counters: Counters
  /// Anything a program keeps beside it.
  public var metadata: JSONText
  /// When it was created.
  public let createdAt: Timestamp
  /// When it last changed, its counters included.
  public internal(set) var updatedAt: Timestamp
}

extension Directory {
  /// Declares the columns and the properties that they store.
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
