/// The submission data of a queue item, which its worker writes while it works.
public struct SubmissionWork: TableRow, Hashable {
  /// `submission_work`.
  public static let tableName = "submission_work"

  /// The method of submission.
  public var method = SubmissionMethod.chromeExtension
  /// Whether the directory requires a verification.
  public var requiresVerification = false
  /// The status of the verification; nil if unknown.
  public var verificationStatus: VerificationStatus?
  /// The complexity of the form, 1 to 10.
  public var formComplexity = 1
  /// Whether a captcha was encountered.
  public var captchaEncountered = false
  /// Whether a person is needed.
  public var manualInterventionRequired = false
  /// The id of the submission at the directory.
  public var externalSubmissionID: String?
  /// The URL of a screenshot.
  public var screenshotURL: String?
  /// The proof of the submission, a JSON object.
  public var proof: JSONText = .emptyObject
  /// The data to submit, a JSON object.
  public var submissionData: JSONText = .emptyObject
  /// The data of the business, a JSON object.
  public var businessData: JSONText = .emptyObject

  /// Creates the default values.
  public init() {}

  /// The status of a verification.
  ///
  /// A program can add its own.
  public struct VerificationStatus: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Creates a value from its stored text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// No verification is needed.
    public static let notRequired = VerificationStatus("not_required")
    /// The verification is pending.
    public static let pending = VerificationStatus("pending")
    /// The verification succeeded.
    public static let passed = VerificationStatus("passed")
    /// The verification failed.
    public static let failed = VerificationStatus("failed")
  }
}

extension SubmissionWork {
  /// Reads the columns.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    method = try column("method")
    requiresVerification = try column("requires_verification")
    verificationStatus = try column("verification_status")
    formComplexity = try column("form_complexity")
    captchaEncountered = try column("captcha_encountered")
    manualInterventionRequired = try column("manual_intervention_required")
    externalSubmissionID = try column("external_submission_id")
    screenshotURL = try column("screenshot_url")
    proof = try column("proof")
    submissionData = try column("submission_data")
    businessData = try column("business_data")
  }

  func validate() throws(SubmissionError) {
    try SubmissionRules.check(method, field: "method")
    try SubmissionRules.check(verificationStatus, field: "verification_status")
    try SubmissionRules.check(formComplexity, in: 1...10, field: "form_complexity")
    try SubmissionRules.check(proof, isArray: false, field: "proof")
    try SubmissionRules.check(submissionData, isArray: false, field: "submission_data")
    try SubmissionRules.check(businessData, isArray: false, field: "business_data")
  }
}
