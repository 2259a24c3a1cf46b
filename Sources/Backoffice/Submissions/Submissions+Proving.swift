/// The URL of a document that proves the state of a submission.
public enum SubmissionProof: Sendable, Hashable {
  /// A screenshot of the directory.
  case screenshot(String)
  /// A page that shows the listing.
  case listing(String)
  /// The directory's confirmation e-mail; a later one replaces it.
  case confirmationEmail(String)
  /// The directory's receipt; a later one replaces it.
  case receipt(String)

  var url: String {
    switch self {
    case .screenshot(let url), .listing(let url), .confirmationEmail(let url), .receipt(let url):
      url
    }
  }

  var column: String {
    switch self {
    case .screenshot: "screenshot_urls"
    case .listing: "listing_proof_urls"
    case .confirmationEmail: "confirmation_email_url"
    case .receipt: "submission_receipt_url"
    }
  }
}

extension Submissions {
  /// The maximum number of screenshots, and of listing proofs, of a submission: 100.
  public static let proofLimit = 100

  /// Appends a text to a list if it is not in it; returns no row if the list is full.
  private static func append(to column: String) -> SQLStatement {
    let isKnown = "EXISTS (SELECT 1 FROM json_each(\(column)) WHERE value = ?3)"
    return edit(
      """
      \(column) = CASE WHEN \(isKnown) THEN \(column)
        ELSE json_insert(\(column), '$[#]', ?3) END
      """, where: "(json_array_length(\(column)) < ?4 OR \(isKnown))")
  }

  private static let appendScreenshot = append(to: "screenshot_urls")
  private static let appendListing = append(to: "listing_proof_urls")
  private static let setConfirmation = edit("confirmation_email_url = ?3")
  private static let setReceipt = edit("submission_receipt_url = ?3")
  private static let setCost = edit(
    """
    cost_minor = ?3, currency = ?4, credits_consumed = coalesce(?5, credits_consumed),
      billing_reference = coalesce(?6, billing_reference)
    """)

  /// Adds a proof.
  ///
  /// Adding the same proof again changes nothing.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``, ``SubmissionError/emptyText(field:)``, or
  ///   ``SubmissionError/tooManyProofs(_:field:limit:)``.
  @discardableResult
  public func addProof(_ id: ID<Submission>, _ proof: SubmissionProof) throws -> Submission {
    guard !proof.url.isEmpty else { throw SubmissionError.emptyText(field: proof.column) }
    switch proof {
    case .screenshot(let url):
      return try edit(id, Self.appendScreenshot, url, Self.proofLimit) { submission in
        .tooManyProofs(submission.id, field: proof.column, limit: Self.proofLimit)
      }
    case .listing(let url):
      return try edit(id, Self.appendListing, url, Self.proofLimit) { submission in
        .tooManyProofs(submission.id, field: proof.column, limit: Self.proofLimit)
      }
    case .confirmationEmail(let url): return try edit(id, Self.setConfirmation, url)
    case .receipt(let url): return try edit(id, Self.setReceipt, url)
    }
  }

  /// Sets the total cost of a submission.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - amount: the money paid.
  ///   - credits: the credits used; nil keeps the stored value. This does not change a balance.
  ///   - billingReference: the reference on an invoice; nil keeps the stored value.
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func recordCost(
    _ id: ID<Submission>, _ amount: Money, credits: Int? = nil, billingReference: String? = nil
  ) throws -> Submission {
    try SubmissionRules.check(amount)
    try SubmissionRules.check(credits, in: 0...1_000_000_000, field: "credits_consumed")
    return try edit(
      id, Self.setCost, amount.minorUnits, amount.currency, credits, billingReference.nonEmpty)
  }
}
