extension Submission {
  /// The work done for a submission.
  public struct Effort: Sendable, Hashable, Codable {
    /// The method of submission.
    public var method: SubmissionMethod
    /// The number of attempts.
    public var attempts = 0
    /// The total duration of the attempts in microseconds; nil if none was measured.
    public var processingMicroseconds: Int64?
    /// The number of automated attempts.
    public var automatedAttempts = 0
    /// The number of successful automated attempts.
    public var automatedSuccesses = 0
    /// Whether a person is needed.
    public var needsPerson = false
    /// The reasons, a JSON array of strings.
    public var needsPersonReasons = JSONText.emptyArray

    /// The total duration of the attempts; nil if none was measured.
    public var processingTime: Duration? { processingMicroseconds.map(Duration.microseconds) }

    /// The fraction of automated attempts that succeeded, or nil if there are none.
    public var automationSuccessRate: Ratio? { Ratio(automatedSuccesses, of: automatedAttempts) }
  }

  /// The follow-up and maintenance of a submission.
  public struct Upkeep: Sendable, Hashable, Codable {
    /// Whether a follow-up is scheduled.
    public var needsFollowUp = false
    /// When the follow-up is due.
    public var followUpAt: Timestamp?
    /// When the last follow-up was completed.
    public var followUpCompletedAt: Timestamp?
    /// Whether the listing needs maintenance.
    public var needsMaintenance = false
    /// When the next maintenance is due.
    public var nextMaintenanceAt: Timestamp?
  }

  /// The communication about a submission.
  public struct Communication: Sendable, Hashable, Codable {
    /// The number of notifications to the customer.
    public var notifications = 0
    /// When the customer was last notified.
    public var lastNotificationAt: Timestamp?
    /// The messages to and from the directory, a JSON array of objects with `at`, `direction` and
    /// `text`, oldest first.
    public var messages = JSONText.emptyArray
  }

  /// The errors of a submission.
  public struct Errors: Sendable, Hashable, Codable {
    /// The latest errors, a JSON array of objects with `at`, `code` and `message`, oldest first.
    public var log = JSONText.emptyArray
    /// The number of retries.
    public var retries = 0
    /// The maximum number of retries.
    public var maximumRetries = 3
    /// The last error.
    public var lastMessage: String?
    /// When the last error occurred.
    public var lastAt: Timestamp?
  }
}

/// The method by which a submission is made.
///
/// A program can add its own. Attempts with any method other than ``manual`` count as automated.
public struct SubmissionMethod: OpenWord {
  /// The value stored in the database.
  public let rawValue: String

  /// Creates a value from its stored text.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A browser extension fills in the form.
  public static let chromeExtension = SubmissionMethod("chrome_extension")
  /// The directory's API is called.
  public static let api = SubmissionMethod("api")
  /// A person makes the submission.
  public static let manual = SubmissionMethod("manual")
  /// A headless browser fills in the form.
  public static let headlessBrowser = SubmissionMethod("headless_browser")
  /// A tool for robotic process automation fills in the form.
  public static let rpaTool = SubmissionMethod("rpa_tool")
}
