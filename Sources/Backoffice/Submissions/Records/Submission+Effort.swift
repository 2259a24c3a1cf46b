extension Submission {
  /// How the work on it goes.
  public struct Effort: Sendable, Hashable, Codable {
    /// How it is submitted.
    public var method: SubmissionMethod
    /// How often somebody tried.
    public var attempts = 0
    /// The time those tries took, added up; nil when none was measured.
    public var processingMicroseconds: Int64?
    /// How often a program tried.
    public var automatedAttempts = 0
    /// How often a program succeeded.
    public var automatedSuccesses = 0
    /// Whether a person has to help.
    public var needsPerson = false
    /// Why, an array of texts.
    public var needsPersonReasons = JSONText.emptyArray

    /// The time the tries took, added up; nil when none was measured.
    public var processingTime: Duration? { processingMicroseconds.map(Duration.microseconds) }

    /// Successes of a program's tries, or nil when no program tried.
    public var automationSuccessRate: Ratio? { Ratio(automatedSuccesses, of: automatedAttempts) }
  }

  /// What is left to do for it.
  public struct Upkeep: Sendable, Hashable, Codable {
    /// Whether somebody has to come back to it.
    public var needsFollowUp = false
    /// When.
    public var followUpAt: Timestamp?
    /// When somebody last did.
    public var followUpCompletedAt: Timestamp?
    /// Whether the listing has to be looked after.
    public var needsMaintenance = false
    /// When next.
    public var nextMaintenanceAt: Timestamp?
  }

  /// Who was told what.
  public struct Communication: Sendable, Hashable, Codable {
    /// How often the customer was told.
    public var notifications = 0
    /// When the customer was last told.
    public var lastNotificationAt: Timestamp?
    /// Messages to and from the directory, an array of objects with `at`, `direction` and `text`,
    /// oldest first.
    public var messages = JSONText.emptyArray
  }

  /// What went wrong.
  public struct Errors: Sendable, Hashable, Codable {
    /// The last errors, an array of objects with `at`, `code` and `message`, oldest first.
    public var log = JSONText.emptyArray
    /// How often a failed submission was tried again.
    public var retries = 0
    /// How often it may be.
    public var maximumRetries = 3
    /// The last error.
    public var lastMessage: String?
    /// When it happened.
    public var lastAt: Timestamp?
  }
}

/// How a submission gets into its directory.
///
/// A program adds methods of its own. Attempts with every method but ``manual`` count as automation.
public struct SubmissionMethod: OpenWord {
  /// The word stored in the file.
  public let rawValue: String

  /// Names a word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A browser extension fills the form.
  public static let chromeExtension = SubmissionMethod("chrome_extension")
  /// The directory's own interface for programs.
  public static let api = SubmissionMethod("api")
  /// A person does it all.
  public static let manual = SubmissionMethod("manual")
  /// A browser without a window fills the form.
  public static let headlessBrowser = SubmissionMethod("headless_browser")
  /// A tool that imitates a person.
  public static let rpaTool = SubmissionMethod("rpa_tool")
}
