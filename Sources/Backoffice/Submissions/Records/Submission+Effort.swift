public import BackofficeStorage

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

    static let columns = [
      "automation_method", "attempt_count", "processing_microseconds",
      "automation_attempt_count", "automation_success_count", "manual_intervention_required",
      "manual_intervention_reasons",
    ]

    init(method: SubmissionMethod) { self.method = method }

    init(from column: inout Row.Reader) throws {
      method = try column.next()
      attempts = try column.next()
      processingMicroseconds = try column.next()
      automatedAttempts = try column.next()
      automatedSuccesses = try column.next()
      needsPerson = try column.next()
      needsPersonReasons = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(method)
      try binder.bind(attempts)
      try binder.bind(processingMicroseconds)
      try binder.bind(automatedAttempts)
      try binder.bind(automatedSuccesses)
      try binder.bind(needsPerson)
      try binder.bind(needsPersonReasons)
    }

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

    static let columns = [
      "follow_up_required", "follow_up_at", "follow_up_completed_at", "maintenance_required",
      "next_maintenance_at",
    ]

    init() {}

    init(from column: inout Row.Reader) throws {
      needsFollowUp = try column.next()
      followUpAt = try column.next()
      followUpCompletedAt = try column.next()
      needsMaintenance = try column.next()
      nextMaintenanceAt = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(needsFollowUp)
      try binder.bind(followUpAt)
      try binder.bind(followUpCompletedAt)
      try binder.bind(needsMaintenance)
      try binder.bind(nextMaintenanceAt)
    }
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

    static let columns = [
      "customer_notification_count", "last_customer_notification_at", "directory_communications",
    ]

    init() {}

    init(from column: inout Row.Reader) throws {
      notifications = try column.next()
      lastNotificationAt = try column.next()
      messages = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(notifications)
      try binder.bind(lastNotificationAt)
      try binder.bind(messages)
    }
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

    static let columns = [
      "error_log", "retry_count", "max_retries", "last_error_message", "last_error_at",
    ]

    init() {}

    init(from column: inout Row.Reader) throws {
      log = try column.next()
      retries = try column.next()
      maximumRetries = try column.next()
      lastMessage = try column.next()
      lastAt = try column.next()
    }

    func bind(to binder: inout RecordBinder) throws(SQLiteError) {
      try binder.bind(log)
      try binder.bind(retries)
      try binder.bind(maximumRetries)
      try binder.bind(lastMessage)
      try binder.bind(lastAt)
    }
  }
}

/// How a submission gets into its directory.
public enum SubmissionMethod: String, TextEnum {
  /// A browser extension fills the form.
  case chromeExtension = "chrome_extension"
  /// The directory's own interface for programs.
  case api
  /// A person does it all.
  case manual
  /// A browser without a window fills the form.
  case headlessBrowser = "headless_browser"
  /// A tool that imitates a person.
  case rpaTool = "rpa_tool"
}
