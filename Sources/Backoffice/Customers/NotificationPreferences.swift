/// The notifications that a customer wants to receive.
///
/// Stored as a JSON object. Missing members have their default values. Setting preferences keeps
/// the other members of the object.
public struct NotificationPreferences: Sendable, Hashable {
  /// Whether the customer wants any e-mail.
  public var emailNotifications: Bool
  /// Whether the customer wants a notification of each submission.
  public var submissionUpdates: Bool
  /// Whether the customer wants marketing e-mail.
  public var marketingEmails: Bool
  /// Whether the customer wants a weekly report.
  public var weeklyReports: Bool

  /// Creates preferences; the defaults are those of a new customer.
  public init(
    emailNotifications: Bool = true, submissionUpdates: Bool = true,
    marketingEmails: Bool = false, weeklyReports: Bool = true
  ) {
    self.emailNotifications = emailNotifications
    self.submissionUpdates = submissionUpdates
    self.marketingEmails = marketingEmails
    self.weeklyReports = weeklyReports
  }

  /// Reads preferences from a JSON object.
  ///
  /// - Throws: `DecodingError` if a value is not a boolean.
  public init(_ document: JSONText) throws {
    self = try document.decode()
  }
}

extension NotificationPreferences: Codable {
  private enum CodingKeys: String, CodingKey {
    case emailNotifications = "email_notifications"
    case submissionUpdates = "submission_updates"
    case marketingEmails = "marketing_emails"
    case weeklyReports = "weekly_reports"
  }

  /// Decodes preferences.
  ///
  /// A missing member has its default value.
  ///
  /// - Throws: `DecodingError` if a value is not a boolean.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let standard = NotificationPreferences()
    func flag(_ key: CodingKeys, _ otherwise: Bool) throws -> Bool {
      try values.decodeIfPresent(Bool.self, forKey: key) ?? otherwise
    }
    emailNotifications = try flag(.emailNotifications, standard.emailNotifications)
    submissionUpdates = try flag(.submissionUpdates, standard.submissionUpdates)
    marketingEmails = try flag(.marketingEmails, standard.marketingEmails)
    weeklyReports = try flag(.weeklyReports, standard.weeklyReports)
  }
}

extension NotificationPreferences {
  /// The preferences as a JSON object with all four members.
  func document() throws -> JSONText {
    try JSONText(
      """
      {"email_notifications":\(emailNotifications),"submission_updates":\(submissionUpdates),\
      "marketing_emails":\(marketingEmails),"weekly_reports":\(weeklyReports)}
      """)
  }
}
