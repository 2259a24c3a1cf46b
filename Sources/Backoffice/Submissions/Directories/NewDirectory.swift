/// A directory to create, or data to complete and update an existing one.
///
/// Nil and empty values are ignored; an import never erases data.
public struct NewDirectory: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The web address, with or without scheme.
  public var website: String
  /// The URL of the submission form.
  public var submissionURL: String?
  /// The category; ``DirectoryCategory/general`` by default for a new directory.
  public var category: ID<DirectoryCategory>?
  /// The domain rating, 0 to 100; nil if unknown.
  public var domainRating: Int?
  /// The type of its links; `unknown` is ignored.
  public var linkType: Directory.LinkType?
  /// The priority; medium by default for a new directory.
  public var priorityTier: Directory.PriorityTier?
  /// The pricing model; `unknown` is ignored.
  public var pricingModel: Directory.PricingModel?
  /// The price of a listing.
  public var price: Money?
  /// The difficulty of a submission, 1 to 5; 3 by default for a new directory.
  public var difficulty: Int?
  /// The expected number of days until a decision; 3 by default for a new directory.
  public var expectedApprovalDays: Int?
  /// The description.
  public var description: String?
  /// The requirements on submissions, a JSON object.
  public var requirements: JSONText?
  /// The fields of the form, a JSON array.
  public var formFields: JSONText?
  /// The accepted types of business, a JSON array.
  public var businessTypes: JSONText?
  /// The features, a JSON array.
  public var features: JSONText?
  /// The contact information, a JSON object.
  public var contactInfo: JSONText?
  /// When these data were last verified.
  public var lastVerifiedAt: Timestamp?
  /// Further data of the program.
  public var metadata: JSONText?

  /// Creates a directory.
  public init(
    name: String, website: String, submissionURL: String? = nil,
    category: ID<DirectoryCategory>? = nil, domainRating: Int? = nil,
    linkType: Directory.LinkType? = nil, priorityTier: Directory.PriorityTier? = nil,
    pricingModel: Directory.PricingModel? = nil, price: Money? = nil, difficulty: Int? = nil,
    expectedApprovalDays: Int? = nil, description: String? = nil, requirements: JSONText? = nil,
    formFields: JSONText? = nil, businessTypes: JSONText? = nil, features: JSONText? = nil,
    contactInfo: JSONText? = nil, lastVerifiedAt: Timestamp? = nil, metadata: JSONText? = nil
  ) {
    self.name = name
    self.website = website
    self.submissionURL = submissionURL
    self.category = category
    self.domainRating = domainRating
    self.linkType = linkType
    self.priorityTier = priorityTier
    self.pricingModel = pricingModel
    self.price = price
    self.difficulty = difficulty
    self.expectedApprovalDays = expectedApprovalDays
    self.description = description
    self.requirements = requirements
    self.formFields = formFields
    self.businessTypes = businessTypes
    self.features = features
    self.contactInfo = contactInfo
    self.lastVerifiedAt = lastVerifiedAt
    self.metadata = metadata
  }
}

/// A field of a directory that an import can fill or change.
public enum DirectoryField: String, TextEnum {
  /// The name.
  case name
  /// The web address as entered.
  case website
  /// The URL of the submission form.
  case submissionURL = "submission_url"
  /// The category.
  case category
  /// The domain rating.
  case domainRating = "domain_rating"
  /// The type of its links.
  case linkType = "link_type"
  /// The priority.
  case priorityTier = "priority_tier"
  /// The pricing model.
  case pricingModel = "pricing_model"
  /// The price of a listing.
  case price
  /// The difficulty of a submission.
  case difficulty = "submission_difficulty"
  /// The expected number of days until a decision.
  case expectedApprovalDays = "expected_approval_days"
  /// The description.
  case description
  /// The requirements on submissions.
  case requirements = "submission_requirements"
  /// The fields of the form.
  case formFields = "form_fields"
  /// The accepted types of business.
  case businessTypes = "business_types"
  /// The features.
  case features
  /// The contact information.
  case contactInfo = "contact_info"
  /// When the data were last verified.
  case lastVerifiedAt = "last_verified_at"
  /// Further data of the program.
  case metadata
}
