public import BackofficeStorage

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
  /// The subscription to start, on trial; nil for none.
  public var tier: SubscriptionTier?
  /// How many days the trial takes: 14, and 0 for a subscription that is active at once.
  public var trialDays = Subscription.standardTrialDays

  /// Describes a new customer.
  ///
  /// - Parameters:
  ///   - fullName: the person's name.
  ///   - email: the e-mail address; may be left out when there is a phone number.
  ///   - phone: the phone number; may be left out when there is an address.
  ///   - companyName: the company's name.
  ///   - tier: the subscription to start, on trial; nil for none.
  public init(
    fullName: String, email: String? = nil, phone: String? = nil, companyName: String? = nil,
    tier: SubscriptionTier? = .basic
  ) {
    self.fullName = fullName
    self.email = email
    self.phone = phone
    business = Customer.Business(companyName: companyName)
    self.tier = tier
  }
}
