extension Customer {
  /// Further contact details of a person.
  public struct Contact: Sendable, Hashable, Codable {
    /// A second number, for text messages.
    public var mobile: String?
    /// The preferred contact method.
    public var preferredMethod: ContactMethod?
    /// A JSON object, usually a ``PostalAddress``.
    public var address: JSONText
    /// Where the person is, as free text.
    public var location: String?
    /// The name of the person's time zone in the IANA database.
    public var timeZone: String

    /// Creates contact details; every argument is optional.
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

  /// Demographic data of a person.
  public struct Person: Sendable, Hashable, Codable {
    /// The age in years, 1 to 149.
    public var age: Int?
    /// The gender, as free text.
    public var gender: String?
    /// The education, as free text.
    public var education: String?

    /// Creates a person; every argument is optional.
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
    /// The type of business.
    public var type: String?
    /// The requirements of the business, as free text.
    public var requirements: String?
    /// A JSON object with further data such as industry, website, phone and description.
    public var data: JSONText

    /// Creates a business; every argument is optional.
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

  /// The onboarding progress of a customer.
  public struct Onboarding: Sendable, Hashable, Codable {
    /// Whether onboarding is complete.
    public package(set) var isCompleted: Bool
    /// The last completed step; 0 before the first.
    public package(set) var step: Int
    /// Whether a first submission succeeded.
    public package(set) var firstSubmissionCompleted: Bool

    package init(
      isCompleted: Bool = false, step: Int = 0, firstSubmissionCompleted: Bool = false
    ) {
      self.isCompleted = isCompleted
      self.step = step
      self.firstSubmissionCompleted = firstSubmissionCompleted
    }
  }

  /// A way of contacting a person.
  ///
  /// A program can add its own.
  public struct ContactMethod: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Creates a value from its stored text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// By e-mail.
    public static let email = ContactMethod("email")
    /// By a call.
    public static let phone = ContactMethod("phone")
    /// By a text message.
    public static let sms = ContactMethod("sms")
  }

  /// How far work for a customer may proceed without approval.
  ///
  /// The program evaluates it when it enqueues or proposes work; the store does not.
  public struct ExecutionMode: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Creates a value from its stored text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Changes are carried out immediately.
    public static let automatic = ExecutionMode("automatic")
    /// Changes are collected in a plan, which is approved as a whole.
    public static let plan = ExecutionMode("plan")
    /// Each change needs approval.
    public static let approve = ExecutionMode("approve")
  }
}

/// The usual structure of ``Customer/Contact-swift.struct/address``.
public struct PostalAddress: Sendable, Hashable, Codable {
  /// The street and number.
  public var street: String?
  /// The city.
  public var city: String?
  /// The state, county or province.
  public var state: String?
  /// The postal code.
  public var zipCode: String?
  /// The country.
  public var country: String?

  /// Creates an address; every argument is optional.
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
