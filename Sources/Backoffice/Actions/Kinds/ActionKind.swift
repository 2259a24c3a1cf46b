/// The name of what a person is asked to do; an assistant's skill may be one of these too.
///
/// Kinds are data: a program declares its own with ``Actions/declare(_:)-(ActionKindDefinition)`` and names
/// them `ActionKind("sign_contract")` or by a literal. The constants are those of
/// ``ActionKindDefinition/directoryChores``, with which a new file begins.
public struct ActionKind: OpenWord {
  /// The word stored in the file.
  public let rawValue: String

  /// Names a kind.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Read a code from a text message and type it in.
  public static let smsVerification = ActionKind("sms_verification")
  /// Follow a link in an e-mail.
  public static let emailVerification = ActionKind("email_verification")
  /// Upload a document that a directory asks for.
  public static let documentUpload = ActionKind("document_upload")
  /// Call the customer or the directory.
  public static let phoneCall = ActionKind("phone_call")
  /// Fill in a form by hand.
  public static let manualSubmission = ActionKind("manual_submission")
  /// Solve a captcha.
  public static let captchaSolving = ActionKind("captcha_solving")
  /// Open an account.
  public static let accountCreation = ActionKind("account_creation")
  /// Pay a fee.
  public static let paymentProcessing = ActionKind("payment_processing")
  /// Read what is about to be published.
  public static let contentReview = ActionKind("content_review")
  /// Compare a screenshot with what was submitted.
  public static let screenshotVerification = ActionKind("screenshot_verification")
  /// Ask how things stand.
  public static let followUpRequired = ActionKind("follow_up_required")
  /// Find out what went wrong and put it right.
  public static let errorResolution = ActionKind("error_resolution")
}
