/// A customer: a person, their contact details and company, and their status in a pipeline.
///
/// Status, owner and deletion change only through the methods of ``Customers``.
public struct Customer: Sendable, Hashable, Codable {
  /// The customer's id.
  public let id: ID<Customer>
  /// The id at the program's identity provider, unique among customers.
  public var externalID: String?
  /// The pipeline of the status, which is fixed when the customer is created.
  public let pipeline: String
  /// The customer's status in the pipeline.
  public package(set) var status: CustomerStatus
  /// The member of staff who owns the customer.
  public package(set) var ownerID: ID<StaffMember>?
  /// The person's name; never empty.
  public var fullName: String
  /// The e-mail address as entered.
  public var email: String?
  /// The address in lower case, used for lookups; derived from ``email``.
  public package(set) var emailKey: String?
  /// The phone number as entered.
  public var phone: String?
  /// The digits of the number, used for lookups; derived from ``phone``.
  public package(set) var phoneKey: String?
  /// Further contact details.
  public var contact: Contact
  /// Demographic data of the person.
  public var person: Person
  /// The person's business.
  public var business: Business
  /// A JSON array of labels.
  public var tags: JSONText
  /// How far work for the customer may proceed without approval.
  public var executionMode: ExecutionMode
  /// Whether the customer may use the service.
  public var isActive: Bool
  /// Whether the e-mail address has been confirmed.
  public var isVerified: Bool
  /// The notification preferences as stored; see ``NotificationPreferences``.
  public var notificationPreferences: JSONText
  /// The customer's onboarding progress.
  public package(set) var onboarding: Onboarding
  /// A JSON object for the program's own data.
  public var metadata: JSONText
  /// When the customer was acquired.
  public package(set) var createdAt: Timestamp
  /// When the row was last changed.
  public package(set) var updatedAt: Timestamp
  /// When the customer was soft-deleted; nil if it is live.
  public package(set) var deletedAt: Timestamp?
  /// When the personal data was erased; nil if it was not.
  public package(set) var anonymisedAt: Timestamp?
  /// The customer into which this one was merged, which is not merged itself; nil if it was not.
  public package(set) var mergedInto: ID<Customer>?
}

extension Customer {
  /// Whether the customer is neither deleted nor anonymised.
  public var isLive: Bool { deletedAt == nil }

  /// The decoded notification preferences.
  ///
  /// - Throws: `DecodingError` if the stored document has a value that is not a boolean.
  public func preferences() throws -> NotificationPreferences {
    try NotificationPreferences(notificationPreferences)
  }

  /// The labels of ``tags``.
  ///
  /// - Throws: `DecodingError` if the stored document is not an array of strings.
  public func tagList() throws -> [String] {
    tags == .emptyArray ? [] : try tags.decode([String].self)
  }
}
