extension Submissions {
  private static let directoryIsActive = SQLStatement(
    "SELECT is_active FROM directories WHERE id = ?")
  private static let referenceExists = SQLStatement(
    "SELECT 1 FROM submissions WHERE reference = ?")

  /// Creates a submission.
  ///
  /// The call is one transaction, which includes the first history row. If it throws, nothing has
  /// changed. An inactive directory accepts only submissions that have already been submitted.
  ///
  /// - Throws: ``SubmissionError/unknownDirectory(_:)``,
  ///   ``SubmissionError/inactiveDirectory(_:)``,
  ///   ``SubmissionError/unknownOwner(customer:queueItem:)``,
  ///   ``SubmissionError/alreadyLive(customer:directory:existing:)``,
  ///   ``SubmissionError/queueItemTaken(_:existing:)``,
  ///   ``SubmissionError/timeOrder(field:at:earliest:latest:)``,
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``, or
  ///   ``SubmissionError/wrongShape(field:expected:)``.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func create(_ new: NewSubmission) throws -> Submission {
    try new.validate()
    return try access.write { transaction in try Self.create(new, in: transaction) }
  }

  /// Creates the submission of a queue item, or returns the existing one.
  ///
  /// The call can be repeated: an item has one submission, regardless of how often its worker
  /// reports. If the customer already has a live submission in the directory that waits without an
  /// item, such as one created manually, it is linked to the item and moved to the reported status.
  ///
  /// - Throws: the errors of ``create(_:)``.
  /// - Complexity: a constant number of index lookups.
  @discardableResult
  public func create(fromQueueItem item: QueueItemSubmission) throws -> Submission {
    let new = NewSubmission(item)
    try new.validate()
    return try access.write { transaction in
      if let known = try Submission.fetchOne(transaction, Self.byQueueItem, item.queueItem) {
        guard known.customer == item.customer, known.directory == item.directory else {
          throw SubmissionError.queueItemTaken(item.queueItem, existing: known.id)
        }
        return known
      }
      if let live = try Submission.fetchOne(
        transaction, Self.live, item.customer, item.directory),
        live.status == .pending, live.queueItem == nil
      {
        return try Self.adopt(live, for: item, in: transaction)
      }
      return try Self.create(new, in: transaction)
    }
  }

  static func create(
    _ new: NewSubmission, in transaction: borrowing WriteTransaction
  ) throws -> Submission {
    try new.validateTimes(now: transaction.now)
    let isActive: Bool? = try transaction.fetchOne(directoryIsActive, new.directory) { row in
      try row.value(at: 0)
    }
    guard let isActive else { throw SubmissionError.unknownDirectory(new.directory) }
    if !isActive, new.status == .pending || new.status == .submitting {
      throw SubmissionError.inactiveDirectory(new.directory)
    }
    if !new.status.isClosed,
      let live = try Submission.fetchOne(transaction, live, new.customer, new.directory)
    {
      throw SubmissionError.alreadyLive(
        customer: new.customer, directory: new.directory, existing: live.id)
    }
    if let item = new.queueItem,
      let taken = try Submission.fetchOne(transaction, byQueueItem, item)
    {
      throw SubmissionError.queueItemTaken(item, existing: taken.id)
    }
    let identity = try freeIdentity(in: transaction)
    do {
      return try transaction.insert(
        Submission(
          id: identity.id, reference: identity.reference, new: new, at: transaction.now))
    } catch {
      guard let failure = error as? SQLiteError, failure.code == .constraintForeignKey else {
        throw error
      }
      throw SubmissionError.unknownOwner(customer: new.customer, queueItem: new.queueItem)
    }
  }

  /// An id whose reference is not in use.
  ///
  /// The reference contains the last eight digits of the id, which are random. The first eight are
  /// a time shared by all ids of 65 seconds, so submissions of the same minute would collide.
  private static func freeIdentity(
    in transaction: borrowing WriteTransaction
  ) throws -> (id: ID<Submission>, reference: String) {
    let day = transaction.zone.date(of: transaction.now).description.filter { $0 != "-" }
    for _ in 0..<16 {
      let id: ID<Submission> = transaction.makeID()
      let reference = "DB-\(day)-\(id.description.suffix(8))"
      let taken: Int? = try transaction.fetchOne(referenceExists, reference) { row in
        try row.value(at: 0)
      }
      if taken == nil { return (id, reference) }
    }
    throw SubmissionError.noFreeReference(day: day)
  }
}

extension NewSubmission {
  init(_ item: QueueItemSubmission) {
    self.init(
      customer: item.customer, directory: item.directory, queueItem: item.queueItem,
      status: item.status, method: item.method, externalID: item.externalID, url: item.url,
      attempts: item.attempts, processingTime: item.processingTime, content: item.content,
      cost: item.cost)
  }

  /// Performs all checks that do not need the database.
  func validate() throws(SubmissionError) {
    try SubmissionRules.check(method, field: "automation_method")
    try SubmissionRules.check(attempts, in: 0...1_000_000, field: "attempt_count")
    try SubmissionRules.check(maximumRetries, in: 0...1000, field: "max_retries")
    try SubmissionRules.check(cost.credits, in: 0...1_000_000_000, field: "credits_consumed")
    try SubmissionRules.check(cost.amount)
    try SubmissionRules.check(processingTime)
    try SubmissionRules.check(content.listing, isArray: false, field: "listing_data")
    try SubmissionRules.check(content.response, isArray: false, field: "directory_response_data")
    try SubmissionRules.check(content.formFields, isArray: false, field: "form_fields_submitted")
    try SubmissionRules.check(
      content.requirementsMet, isArray: true, field: "additional_requirements_met")
    try SubmissionRules.check(metadata, isArray: false, field: "metadata")
  }

  /// Checks that past events are in the past and in order.
  func validateTimes(now: Timestamp) throws(SubmissionError) {
    let events = [
      ("submitted_at", submittedAt), ("approved_at", approvedAt), ("rejected_at", rejectedAt),
      ("live_at", liveAt), ("closed_at", closedAt),
    ]
    for (field, time) in events {
      guard let time else { continue }
      let earliest = field == "submitted_at" ? .distantPast : submittedAt ?? .distantPast
      guard time >= earliest, time <= now else {
        throw .timeOrder(field: field, at: time, earliest: earliest, latest: now)
      }
    }
  }
}

/// The limits of a submission's fields.
enum SubmissionRules {
  static func check(
    _ value: Int?, in allowed: ClosedRange<Int64>, field: String
  ) throws(SubmissionError) {
    guard let value, !allowed.contains(Int64(value)) else { return }
    throw .outOfRange(field: field, value: Int64(value), allowed: allowed)
  }

  static func check(_ word: (some OpenWord)?, field: String) throws(SubmissionError) {
    if word?.isWellFormed == false { throw .emptyText(field: field) }
  }

  static func check(_ amount: Money) throws(SubmissionError) {
    guard amount.minorUnits < 0 else { return }
    throw .outOfRange(field: "cost_minor", value: amount.minorUnits, allowed: 0...Int64.max)
  }

  static func check(_ duration: Duration?) throws(SubmissionError) {
    guard let duration, duration < .zero else { return }
    throw .outOfRange(
      field: "processing_microseconds", value: duration.microseconds, allowed: 0...Int64.max)
  }

  static func check(
    _ document: JSONText, isArray: Bool, field: String
  ) throws(SubmissionError) {
    let open = isArray ? UInt8(ascii: "[") : UInt8(ascii: "{")
    guard document.text.utf8.first(where: { $0 > UInt8(ascii: " ") }) != open else { return }
    throw .wrongShape(field: field, expected: isArray ? "array" : "object")
  }
}
