public import BackofficeStorage

/// A place on the web where a business can be listed.
public struct Directory: Record, Hashable {
  /// The table.
  public static let tableName = "directories"
  /// The columns, in the order in which they are read and bound.
  public static let columns = [
    "id", "url_key", "name", "website", "submission_url", "category_id", "domain_rating",
    "link_type", "priority_tier", "pricing_model", "price_minor", "currency",
    "submission_difficulty", "expected_approval_days", "description", "submission_requirements",
    "form_fields", "business_types", "features", "contact_info", "is_active", "last_verified_at",
    "submission_count", "delivered_count", "approved_count", "rejected_count",
    "approval_time_sum_microseconds", "approval_time_count", "metadata", "created_at",
    "updated_at",
  ]
  /// The statements that write it.
  public static let statements = RecordStatements(Self.self)

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

  /// Reads a row.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    addressKey = try column.next()
    name = try column.next()
    website = try column.next()
    submissionURL = try column.next()
    category = try column.next()
    domainRating = try column.next()
    linkType = try column.next()
    priorityTier = try column.next()
    pricingModel = try column.next()
    let minorUnits: Int64? = try column.next()
    let currency: Currency? = try column.next()
    price = minorUnits.flatMap { units in
      currency.map { Money(minorUnits: units, currency: $0) }
    }
    difficulty = try column.next()
    expectedApprovalDays = try column.next()
    description = try column.next()
    requirements = try column.next()
    formFields = try column.next()
    businessTypes = try column.next()
    features = try column.next()
    contactInfo = try column.next()
    isActive = try column.next()
    lastVerifiedAt = try column.next()
    counters = try Counters(from: &column)
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  init(id: ID<Directory>, new: NewDirectory, addressKey: String, at now: Timestamp) {
    self.id = id
    self.addressKey = addressKey
    name = new.name
    website = new.website
    submissionURL = new.submissionURL.nonEmpty
    category = new.category ?? DirectoryCategory.general
    domainRating = new.domainRating
    linkType = new.linkType ?? .unknown
    priorityTier = new.priorityTier ?? .medium
    pricingModel = new.pricingModel ?? .unknown
    price = new.price
    difficulty = new.difficulty ?? 3
    expectedApprovalDays = new.expectedApprovalDays ?? 3
    description = new.description.nonEmpty
    requirements = new.requirements ?? .emptyObject
    formFields = new.formFields ?? .emptyArray
    businessTypes = new.businessTypes ?? .emptyArray
    features = new.features ?? .emptyArray
    contactInfo = new.contactInfo ?? .emptyObject
    isActive = true
    lastVerifiedAt = new.lastVerifiedAt
    counters = Counters()
    metadata = new.metadata ?? .emptyObject
    createdAt = now
    updatedAt = now
  }

  /// Binds the columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(addressKey)
    try binder.bind(name)
    try binder.bind(website)
    try binder.bind(submissionURL)
    try binder.bind(category)
    try binder.bind(domainRating)
    try binder.bind(linkType)
    try binder.bind(priorityTier)
    try binder.bind(pricingModel)
    try binder.bind(price?.minorUnits)
    try binder.bind(price?.currency)
    try binder.bind(difficulty)
    try binder.bind(expectedApprovalDays)
    try binder.bind(description)
    try binder.bind(requirements)
    try binder.bind(formFields)
    try binder.bind(businessTypes)
    try binder.bind(features)
    try binder.bind(contactInfo)
    try binder.bind(isActive)
    try binder.bind(lastVerifiedAt)
    try counters.bind(to: &binder)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
}

extension String? {
  /// The text, unless it is nil or empty.
  var nonEmpty: String? { self?.isEmpty == false ? self : nil }
}
