/// Somebody the business deals with: a person, how to reach them, their company, and where they
/// stand in a pipeline.
///
/// Status, owner and the marks of deletion change by methods of ``Customers`` only.
public struct Customer: Sendable, Hashable, Codable {
  /// The customer's id.
  public let id: ID<Customer>
  /// The id at the program's identity provider; no two customers share one.
  public var externalID: String?
  /// The pipeline that the status belongs to; fixed when the customer is created.
  public let pipeline: String
  /// Where the customer stands in the pipeline.
  public package(set) var status: CustomerStatus
  /// Who looks after the customer.
  public package(set) var ownerID: ID<StaffMember>?
  /// The person's name; never empty.
  public var fullName: String
  /// The e-mail address as it was typed.
  public var email: String?
  /// The address in lower case, by which customers are found; follows ``email``.
  public package(set) var emailKey: String?
  /// The phone number as it was typed.
  public var phone: String?
  /// The digits of the number, by which customers are found; follows ``phone``.
  public package(set) var phoneKey: String?
  /// Further ways and rules of reaching the person.
  public var contact: Contact
  /// What is known of the person.
  public var person: Person
  /// The person's business.
  public var business: Business
  /// A JSON array of labels.
  public var tags: JSONText
  /// How far work for the customer may go without a person's consent.
  public var executionMode: ExecutionMode
  /// Whether the customer may use the service.
  public var isActive: Bool
  /// Whether the e-mail address was confirmed.
  public var isVerified: Bool
  /// What the customer wants to be told, as stored; see ``NotificationPreferences``.
  public var notificationPreferences: JSONText
  /// How far the customer has come in getting started.
  public package(set) var onboarding: Onboarding
  /// A JSON object of the program's own.
  public var metadata: JSONText
  /// When the customer came.
  public package(set) var createdAt: Timestamp
  /// When the row was last changed.
  public package(set) var updatedAt: Timestamp
  /// When the customer was soft-deleted; nil for a live one.
  public package(set) var deletedAt: Timestamp?
  /// When everything personal was erased; nil while it is there.
  public package(set) var anonymisedAt: Timestamp?
}

extension Customer {
  /// Whether the customer is neither deleted nor anonymised.
  public var isLive: Bool { deletedAt == nil }

  /// What the customer wants to be told.
  ///
  /// - Throws: `DecodingError` when the stored document holds something else than booleans.
  public func preferences() throws -> NotificationPreferences {
    try NotificationPreferences(notificationPreferences)
  }

  /// The labels of ``tags``.
  ///
  /// - Throws: `DecodingError` when the stored document is no array of texts.
  public func tagList() throws -> [String] {
    tags == .emptyArray ? [] : try tags.decode([String].self)
  }
}
