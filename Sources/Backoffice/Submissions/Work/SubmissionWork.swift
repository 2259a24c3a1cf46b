/// What is particular to a queue item that submits to a directory; its worker writes it while it works.
public struct SubmissionWork: TableRow, Hashable {
  /// `submission_work`.
  public static let tableName = "submission_work"

  /// How it is submitted.
  public var method = SubmissionMethod.chromeExtension
  /// Whether the directory wants a verification.
  public var requiresVerification = false
  /// How far the verification has come; nil when that is not known.
  public var verificationStatus: VerificationStatus?
  /// How hard the form is, 1 to 10.
  public var formComplexity = 1
  /// Whether a captcha was met.
  public var captchaEncountered = false
  /// Whether a person has to help.
  public var manualInterventionRequired = false
  /// The name of the submission at the directory.
  public var externalSubmissionID: String?
  /// Where a screenshot is kept.
  public var screenshotURL: String?
  /// What proves the submission, a JSON object.
  public var proof: JSONText = .emptyObject
  /// What to submit, a JSON object.
  public var submissionData: JSONText = .emptyObject
  /// Whose business, a JSON object.
  public var businessData: JSONText = .emptyObject

  /// Creates the usual values.
  public init() {}

  /// How far a verification has come.
  ///
  /// A program adds steps of its own.
  public struct VerificationStatus: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// None is needed.
    public static let notRequired = VerificationStatus("not_required")
    /// It has not been decided.
    public static let pending = VerificationStatus("pending")
    /// It succeeded.
    public static let passed = VerificationStatus("passed")
    /// It did not succeed.
    public static let failed = VerificationStatus("failed")
  }
}

extension SubmissionWork {
  /// Names the columns; throws what reading one of them throws.
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
