/// The name of a kind of action.
///
/// An assistant's skill may also be the name of a kind. Kinds are data. Declare your own with
/// ``Actions/declare(_:)-(ActionKindDefinition)`` and refer to them with
/// `ActionKind("sign_contract")` or a literal. The constants belong to
/// ``ActionKindDefinition/directoryChores``, which a new database starts with.
public struct ActionKind: OpenWord {
  /// The value stored in the database.
  public let rawValue: String

  /// Creates a kind from its stored text.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Read a code from a text message and enter it.
  public static let smsVerification = ActionKind("sms_verification")
  /// Follow a link in an e-mail.
  public static let emailVerification = ActionKind("email_verification")
  /// Upload a document that a directory requires.
  public static let documentUpload = ActionKind("document_upload")
  /// Call the customer or the directory.
  public static let phoneCall = ActionKind("phone_call")
  /// Fill in a form manually.
  public static let manualSubmission = ActionKind("manual_submission")
  /// Solve a captcha.
  public static let captchaSolving = ActionKind("captcha_solving")
  /// Open an account.
  public static let accountCreation = ActionKind("account_creation")
  /// Pay a fee.
  public static let paymentProcessing = ActionKind("payment_processing")
  /// Review content before it is published.
  public static let contentReview = ActionKind("content_review")
  /// Compare a screenshot with the submitted data.
  public static let screenshotVerification = ActionKind("screenshot_verification")
  /// Follow up on the state of a submission.
  public static let followUpRequired = ActionKind("follow_up_required")
  /// Find and resolve an error.
  public static let errorResolution = ActionKind("error_resolution")
}
