/// What a person is asked to do; an assistant's skill is one of these too.
public enum ActionKind: String, TextEnum {
  /// Read a code from a text message and type it in.
  case smsVerification = "sms_verification"
  /// Follow a link in an e-mail.
  case emailVerification = "email_verification"
  /// Upload a document that a directory asks for.
  case documentUpload = "document_upload"
  /// Call somebody.
  case phoneCall = "phone_call"
  /// Fill in a form by hand.
  case manualSubmission = "manual_submission"
  /// Solve a captcha.
  case captchaSolving = "captcha_solving"
  /// Open an account.
  case accountCreation = "account_creation"
  /// Pay a fee.
  case paymentProcessing = "payment_processing"
  /// Read what is about to be published.
  case contentReview = "content_review"
  /// Compare a screenshot with what was submitted.
  case screenshotVerification = "screenshot_verification"
  /// Ask how things stand.
  case followUpRequired = "follow_up_required"
  /// Find out what went wrong and put it right.
  case errorResolution = "error_resolution"
}
