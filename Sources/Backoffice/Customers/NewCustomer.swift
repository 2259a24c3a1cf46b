/// What a new customer is made of; an e-mail address or a phone number is the least.
public struct NewCustomer: Sendable, Hashable {
  /// The person's name.
  public var fullName: String
  /// The e-mail address.
  public var email: String?
  /// The phone number, in any usual spelling with 7 to 15 digits.
  public var phone: String?
  /// The id at the program's identity provider.
  public var externalID: String?
  /// The pipeline; `sales` unless said otherwise.
  public var pipeline: String = Pipeline.sales
  /// The first status; nil for the pipeline's initial one.
  public var status: CustomerStatus?
  /// Who looks after the customer; an active member of staff.
  public var ownerID: ID<StaffMember>?
  /// Further ways and rules of reaching the person.
  public var contact = Customer.Contact()
  /// What is known of the person.
  public var person = Customer.Person()
  /// The person's business.
  public var business: Customer.Business
  /// Labels.
  public var tags: [String] = []
  /// How far work may go without consent.
  public var executionMode: Customer.ExecutionMode = .automatic
  /// Whether the e-mail address was confirmed elsewhere.
  public var isVerified = false
  /// What the customer wants to be told.
  public var notificationPreferences = NotificationPreferences()
  /// A JSON object of the program's own.
  public var metadata: JSONText = .emptyObject
  /// What is created with the customer, in the same transaction.
  public var companions = CustomerCompanions()

  /// Describes a customer with nothing beside it.
  package init(alone fullName: String, email: String?, phone: String?, companyName: String?) {
    self.fullName = fullName
    self.email = email
    self.phone = phone
    business = Customer.Business(companyName: companyName)
  }
}
