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

    /// Describes proofs; none unless said otherwise.
    public init(
      screenshots: JSONText = .emptyArray, listings: JSONText = .emptyArray,
      confirmationEmailURL: String? = nil, receiptURL: String? = nil
    ) {
      self.screenshots = screenshots
      self.listings = listings
      self.confirmationEmailURL = confirmationEmailURL
      self.receiptURL = receiptURL
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
  }

  /// What it cost.
  public struct Cost: Sendable, Hashable, Codable {
    /// The money paid for it.
    public var amount: Money
    /// The credits of the customer it used.
    public var credits: Int
    /// How an invoice names it.
    public var billingReference: String?

    /// Describes a cost.
    public init(
      amount: Money = Money(minorUnits: 0, currency: .usd), credits: Int = 1,
      billingReference: String? = nil
    ) {
      self.amount = amount
      self.credits = credits
      self.billingReference = billingReference
    }
  }
}
