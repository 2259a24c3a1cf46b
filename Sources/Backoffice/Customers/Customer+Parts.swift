extension Customer {
  /// Further ways and rules of reaching a person.
  public struct Contact: Sendable, Hashable, Codable {
    /// A second number, for messages.
    public var mobile: String?
    /// How the person wants to be reached.
    public var preferredMethod: ContactMethod?
    /// A JSON object; ``PostalAddress`` is its usual shape.
    public var address: JSONText
    /// Where the person is, in words.
    public var location: String?
    /// The name of the person's time zone in the IANA database.
    public var timeZone: String

    /// Describes how a person is reached; everything may be left out.
    public init(
      mobile: String? = nil, preferredMethod: ContactMethod? = nil,
      address: JSONText = .emptyObject, location: String? = nil, timeZone: String = "UTC"
    ) {
      self.mobile = mobile
      self.preferredMethod = preferredMethod
      self.address = address
      self.location = location
      self.timeZone = timeZone
    }
  }

  /// What is known of a person.
  public struct Person: Sendable, Hashable, Codable {
    /// The age in years, 1 to 149.
    public var age: Int?
    /// The gender, in the person's words.
    public var gender: String?
    /// The education, in words.
    public var education: String?

    /// Describes a person; everything may be left out.
    public init(age: Int? = nil, gender: String? = nil, education: String? = nil) {
      self.age = age
      self.gender = gender
      self.education = education
    }
  }

  /// A person's business.
  public struct Business: Sendable, Hashable, Codable {
    /// The company's name.
    public var companyName: String?
    /// The trade.
    public var type: String?
    /// What the business needs, in words.
    public var requirements: String?
    /// A JSON object: industry, website, phone, description and so on.
    public var data: JSONText

    /// Describes a business; everything may be left out.
    public init(
      companyName: String? = nil, type: String? = nil, requirements: String? = nil,
      data: JSONText = .emptyObject
    ) {
      self.companyName = companyName
      self.type = type
      self.requirements = requirements
      self.data = data
    }
  }

  /// How far a customer has come in getting started.
  public struct Onboarding: Sendable, Hashable, Codable {
    /// Whether all steps are done.
    public package(set) var isCompleted: Bool
    /// The last step done; 0 before the first.
    public package(set) var step: Int
    /// Whether a first submission went through.
    public package(set) var firstSubmissionCompleted: Bool

    package init(
      isCompleted: Bool = false, step: Int = 0, firstSubmissionCompleted: Bool = false
    ) {
      self.isCompleted = isCompleted
      self.step = step
      self.firstSubmissionCompleted = firstSubmissionCompleted
    }
  }

  /// How a person wants to be reached.
  ///
  /// A program adds ways of its own.
  public struct ContactMethod: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// By e-mail.
    public static let email = ContactMethod("email")
    /// By a call.
    public static let phone = ContactMethod("phone")
    /// By a text message.
    public static let sms = ContactMethod("sms")
  }

  /// How far work for a customer may go without a person's consent.
  ///
  /// A program decides by it what it enqueues and what it proposes; the store does not.
  public struct ExecutionMode: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Changes are carried out at once.
    public static let automatic = ExecutionMode("automatic")
    /// Changes are collected in a plan that is approved as a whole.
    public static let plan = ExecutionMode("plan")
    /// Each change is approved.
    public static let approve = ExecutionMode("approve")
  }
}

/// The usual shape of ``Customer/Contact-swift.struct/address``.
public struct PostalAddress: Sendable, Hashable, Codable {
  /// Street and number.
  public var street: String?
  /// Town.
  public var city: String?
  /// State, county or province.
  public var state: String?
  /// Postal code.
  public var zipCode: String?
  /// Country.
  public var country: String?

  /// Describes an address; everything may be left out.
  public init(
    street: String? = nil, city: String? = nil, state: String? = nil, zipCode: String? = nil,
    country: String? = nil
  ) {
    self.street = street
    self.city = city
    self.state = state
    self.zipCode = zipCode
    self.country = country
  }
}
