extension Submission {
  /// The proofs of a submission.
  public struct Proofs: Sendable, Hashable, Codable {
    /// The URLs of screenshots, a JSON array of strings, oldest first.
    public var screenshots = JSONText.emptyArray
    /// The URLs that show the listing, a JSON array of strings, oldest first.
    public var listings = JSONText.emptyArray
    /// The URL of the directory's confirmation e-mail.
    public var confirmationEmailURL: String?
    /// The URL of the directory's receipt.
    public var receiptURL: String?

    /// Creates proofs; empty by default.
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

  /// The content that was submitted.
  public struct Content: Sendable, Hashable, Codable {
    /// The name of the business.
    public var businessName: String?
    /// The description of the business.
    public var businessDescription: String?
    /// The website of the business.
    public var businessURL: String?
    /// The category of the business in the directory.
    public var businessCategory: String?
    /// The location of the business.
    public var businessLocation: String?
    /// The listing, a JSON object.
    public var listing: JSONText
    /// The directory's response, a JSON object.
    public var response: JSONText
    /// The fields of the form, a JSON object.
    public var formFields: JSONText
    /// The additional requirements met, a JSON array.
    public var requirementsMet: JSONText

    /// Creates content.
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

  /// The cost of a submission.
  public struct Cost: Sendable, Hashable, Codable {
    /// The money paid.
    public var amount: Money
    /// The customer's credits used.
    public var credits: Int
    /// The reference on an invoice.
    public var billingReference: String?

    /// Creates a cost.
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
