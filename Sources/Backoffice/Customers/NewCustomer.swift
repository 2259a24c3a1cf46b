/// The data of a new customer, which needs at least an e-mail address or a phone number.
public struct NewCustomer: Sendable, Hashable {
  /// The person's name.
  public var fullName: String
  /// The e-mail address.
  public var email: String?
  /// The phone number, in any usual format with 7 to 15 digits.
  public var phone: String?
  /// The id at the program's identity provider.
  public var externalID: String?
  /// The pipeline; `sales` by default.
  public var pipeline: String = Pipeline.sales
  /// The initial status; nil for the initial status of the pipeline.
  public var status: CustomerStatus?
  /// The owner, who must be an active member of staff.
  public var ownerID: ID<StaffMember>?
  /// Further contact details.
  public var contact = Customer.Contact()
  /// Demographic data of the person.
  public var person = Customer.Person()
  /// The person's business.
  public var business: Customer.Business
  /// The labels.
  public var tags: [String] = []
  /// How far work for the customer may proceed without approval.
  public var executionMode: Customer.ExecutionMode = .automatic
  /// Whether the e-mail address has already been confirmed.
  public var isVerified = false
  /// The notifications that the customer wants to receive.
  public var notificationPreferences = NotificationPreferences()
  /// A JSON object for the program's own data.
  public var metadata: JSONText = .emptyObject
  /// The values to create with the customer in the same transaction.
  public var companions = CustomerCompanions()

  /// Creates a customer without companions.
  package init(alone fullName: String, email: String?, phone: String?, companyName: String?) {
    self.fullName = fullName
    self.email = email
    self.phone = phone
    business = Customer.Business(companyName: companyName)
  }
}
