public import BackofficeStorage

extension Submission {
  /// What proves it.
  public struct Proofs: Sendable, Hashable, Codable {
    /// Addresses of screenshots, an array of texts, oldest first.
    public var screenshots = JSONText.emptyArray
    /// Addresses that show the listing, an array of texts, oldest first.
    public var listings = JSONText.emptyArray
    /// Where the directory's confirmation is kept.
    public var confirmationEmailURL: String?
    /// Where the directory's receipt is kept.
    public var receiptURL: String?

    static let columns = [
      "screenshot_urls", "listing_proof_urls", "confirmation_email_url", "submission_receipt_url",
    ]

    /// No proofs.
    public init() {}

    init(from column: inout Row.Reader) throws {
      screenshots = try column.next()
      listings = try column.next()
      confirmationEmailURL = try column.next()
      receiptURL = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(screenshots)
      try binder.bind(listings)
      try binder.bind(confirmationEmailURL)
      try binder.bind(receiptURL)
    }
  }

  /// What was sent, as it was then.
  public struct Content: Sendable, Hashable, Codable {
    /// The name of the business.
    public var businessName: String?
    /// Its description.
    public var businessDescription: String?
    /// Its address on the web.
    public var businessURL: String?
    /// Its category, in the directory's words.
    public var businessCategory: String?
    /// Where it is.
    public var businessLocation: String?
    /// The listing, as an object.
    public var listing: JSONText
    /// What the directory answered, as an object.
    public var response: JSONText
    /// The fields of the form, as an object.
    public var formFields: JSONText
    /// Which further requirements were met, as an array.
    public var requirementsMet: JSONText

    static let columns = [
      "business_name_submitted", "business_description_submitted", "business_url_submitted",
      "business_category_submitted", "business_location_submitted", "listing_data",
      "directory_response_data", "form_fields_submitted", "additional_requirements_met",
    ]

    /// Describes what was sent.
    public init(
      businessName: String? = nil, businessDescription: String? = nil, businessURL: String? = nil,
      businessCategory: String? = nil, businessLocation: String? = nil,
      listing: JSONText = .emptyObject, response: JSONText = .emptyObject,
      formFields: JSONText = .emptyObject, requirementsMet: JSONText = .emptyArray
    ) {
      self.businessName = businessName
      self.businessDescription = businessDescription
      self.businessURL = businessURL
      self.businessCategory = businessCategory
      self.businessLocation = businessLocation
      self.listing = listing
      self.response = response
      self.formFields = formFields
      self.requirementsMet = requirementsMet
    }

    init(from column: inout Row.Reader) throws {
      businessName = try column.next()
      businessDescription = try column.next()
      businessURL = try column.next()
      businessCategory = try column.next()
      businessLocation = try column.next()
      listing = try column.next()
      response = try column.next()
      formFields = try column.next()
      requirementsMet = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(businessName)
      try binder.bind(businessDescription)
      try binder.bind(businessURL)
      try binder.bind(businessCategory)
      try binder.bind(businessLocation)
      try binder.bind(listing)
      try binder.bind(response)
      try binder.bind(formFields)
      try binder.bind(requirementsMet)
    }
  }

  /// What it cost.
  public struct Cost: Sendable, Hashable, Codable {
    /// The money paid for it.
    public var amount: Money
    /// The credits of the customer it used.
    public var credits: Int
    /// How an invoice names it.
    public var billingReference: String?

    static let columns = ["cost_minor", "currency", "credits_consumed", "billing_reference"]

    /// Describes a cost.
    public init(
      amount: Money = Money(minorUnits: 0, currency: .usd), credits: Int = 1,
      billingReference: String? = nil
    ) {
      self.amount = amount
      self.credits = credits
      self.billingReference = billingReference
    }

    init(from column: inout Row.Reader) throws {
      amount = Money(minorUnits: try column.next(), currency: try column.next())
      credits = try column.next()
      billingReference = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(amount.minorUnits)
      try binder.bind(amount.currency)
      try binder.bind(credits)
      try binder.bind(billingReference)
    }
  }
}
