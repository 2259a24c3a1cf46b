/// A directory as somebody describes it: to create it, or to fill and update what is known.
///
/// Nil and empty texts say nothing: an import never erases with them.
public struct NewDirectory: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its address, with or without scheme.
  public var website: String
  /// Where a business is submitted.
  public var submissionURL: String?
  /// What kind of directory it is; ``DirectoryCategory/general`` when a new one does not say.
  public var category: ID<DirectoryCategory>?
  /// How much search engines think of its domain, 0 to 100; a new one may have none.
  public var domainRating: Int?
  /// What its links are worth; `unknown` says nothing.
  public var linkType: Directory.LinkType?
  /// How much the business wants to be in it; medium when a new one does not say.
  public var priorityTier: Directory.PriorityTier?
  /// What it costs, in kind; `unknown` says nothing.
  public var pricingModel: Directory.PricingModel?
  /// What a listing costs.
  public var price: Money?
  /// How hard a submission is, 1 to 5; 3 when a new one does not say.
  public var difficulty: Int?
  /// After how many days it decides; 3 when a new one does not say.
  public var expectedApprovalDays: Int?
  /// What it is.
  public var description: String?
  /// What it asks of a submission, as an object.
  public var requirements: JSONText?
  /// The fields of its form, as an array.
  public var formFields: JSONText?
  /// The kinds of business it takes, as an array.
  public var businessTypes: JSONText?
  /// What it offers, as an array.
  public var features: JSONText?
  /// Whom to ask, as an object.
  public var contactInfo: JSONText?
  /// When somebody last saw that these facts hold.
  public var lastVerifiedAt: Timestamp?
  /// Anything a program keeps beside it.
  public var metadata: JSONText?

  /// Describes a directory.
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

/// A fact about a directory that an import can fill or change.
public enum DirectoryField: String, TextEnum {
  /// Its name.
  case name
  /// Its address as it is written.
  case website
  /// Where a business is submitted.
  case submissionURL = "submission_url"
  /// What kind of directory it is.
  case category
  /// How much search engines think of its domain.
  case domainRating = "domain_rating"
  /// What its links are worth.
  case linkType = "link_type"
  /// How much the business wants to be in it.
  case priorityTier = "priority_tier"
  /// What it costs, in kind.
  case pricingModel = "pricing_model"
  /// What a listing costs.
  case price
  /// How hard a submission is.
  case difficulty = "submission_difficulty"
  /// After how many days it decides.
  case expectedApprovalDays = "expected_approval_days"
  /// What it is.
  case description
  /// What it asks of a submission.
  case requirements = "submission_requirements"
  /// The fields of its form.
  case formFields = "form_fields"
  /// The kinds of business it takes.
  case businessTypes = "business_types"
  /// What it offers.
  case features
  /// Whom to ask.
  case contactInfo = "contact_info"
  /// When somebody last saw that the facts hold.
  case lastVerifiedAt = "last_verified_at"
  /// What a program keeps beside it.
  case metadata
}
