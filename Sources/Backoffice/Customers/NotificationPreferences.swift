/// What a customer wants to be told.
///
/// Stored as a JSON object; what it lacks counts as the default, and what else it holds stays when
/// the preferences are set.
public struct NotificationPreferences: Sendable, Hashable {
  /// Whether the customer wants e-mail at all.
  public var emailNotifications: Bool
  /// Whether the customer wants to hear of each submission.
  public var submissionUpdates: Bool
  /// Whether the customer wants advertising.
  public var marketingEmails: Bool
  /// Whether the customer wants a weekly report.
  public var weeklyReports: Bool

  /// Describes preferences; the defaults are those of a new customer.
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
  /// - Throws: `DecodingError` when it holds something else than booleans.
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

  /// Reads preferences; a missing one counts as its default.
  ///
  /// - Throws: `DecodingError` when one is no boolean.
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
