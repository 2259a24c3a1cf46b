extension Submissions {
  private static let setFollowUp = edit(
    "follow_up_required = 1, follow_up_at = ?3, follow_up_completed_at = NULL")
  private static let endFollowUp = edit(
    "follow_up_required = 0, follow_up_completed_at = ?2", where: "follow_up_required = 1")
  private static let setMaintenance = edit(
    "maintenance_required = (?3 IS NOT NULL), next_maintenance_at = ?3")
  private static let endMaintenance = edit(
    "maintenance_required = (?3 IS NOT NULL), next_maintenance_at = ?3",
    where: "maintenance_required = 1")
  private static let countNotification = edit(
    """
    customer_notification_count = customer_notification_count + 1,
      last_customer_notification_at = ?2
    """)
  /// Parameters from `?3` on: limit, direction, text.
  private static let appendMessage = edit(
    """
    directory_communications = json_insert(
      CASE WHEN json_array_length(directory_communications) >= ?3
        THEN json_remove(directory_communications, '$[0]')
        ELSE directory_communications END,
      '$[#]', json_object('at', ?2, 'direction', ?4, 'text', ?5))
    """)

  private static func due(_ time: String, _ condition: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT \(Submission.selection), \(time), pk FROM submissions
      WHERE \(condition) AND \(time) <= ?1 AND (\(time), pk) > (?2, ?3)
      ORDER BY \(time), pk LIMIT ?4
      """)
  }

  static let followUpsDueStatement = due("follow_up_at", "follow_up_required = 1")
  static let maintenanceDueStatement = due("next_maintenance_at", "maintenance_required = 1")

  /// Schedules the follow-up of a submission.
  ///
  /// A later call replaces an earlier one.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func scheduleFollowUp(_ id: ID<Submission>, at time: Timestamp) throws -> Submission {
    try edit(id, Self.setFollowUp, time)
  }

  /// Records that the follow-up of a submission was completed.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/nothingScheduled(_:field:)``.
  @discardableResult
  public func completeFollowUp(_ id: ID<Submission>) throws -> Submission {
    try edit(id, Self.endFollowUp) { .nothingScheduled($0.id, field: "follow-up") }
  }

  /// The submissions whose follow-up is due, longest overdue first.
  ///
  /// - Parameters:
  ///   - time: the time by which it is due; nil for now.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of results; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func followUpsDue(
    asOf time: Timestamp? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Submission> {
    try due(Self.followUpsDueStatement, asOf: time, after: cursor, limit: limit)
  }

  /// Schedules the next maintenance of a listing; nil for none.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func scheduleMaintenance(
    _ id: ID<Submission>, at time: Timestamp?
  ) throws -> Submission {
    try edit(id, Self.setMaintenance, time)
  }

  /// Records the maintenance of a listing and schedules the next one; nil for none.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/nothingScheduled(_:field:)``.
  @discardableResult
  public func completeMaintenance(
    _ id: ID<Submission>, next: Timestamp? = nil
  ) throws -> Submission {
    try edit(id, Self.endMaintenance, next) { .nothingScheduled($0.id, field: "maintenance") }
  }

  /// The listings whose maintenance is due, longest overdue first.
  ///
  /// - Parameters: those of ``followUpsDue(asOf:after:limit:)``.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func maintenanceDue(
    asOf time: Timestamp? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Submission> {
    try due(Self.maintenanceDueStatement, asOf: time, after: cursor, limit: limit)
  }

  func due(
    _ statement: SQLStatement, asOf time: Timestamp?, after cursor: PageCursor?, limit: Int
  ) throws -> Page<Submission> {
    try access.readOnce { transaction in
      try transaction.keyedPage(
        statement, limit: limit, time ?? transaction.now, cursor?.value ?? .min,
        cursor?.key ?? .min)
    }
  }

  /// Records that the customer was notified now.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func recordNotification(_ id: ID<Submission>) throws -> Submission {
    try edit(id, Self.countNotification)
  }

  /// Stores a message to or from the directory.
  ///
  /// If the list is full, the oldest message is removed.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - direction: the direction of the message.
  ///   - text: the text of the message.
  ///   - limit: the maximum number of messages; ``logLimit`` by default.
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``, ``SubmissionError/emptyText(field:)``, or
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``.
  @discardableResult
  public func recordMessage(
    _ id: ID<Submission>, _ direction: DirectoryMessageDirection, text: String,
    limit: Int = logLimit
  ) throws -> Submission {
    guard !text.isEmpty else {
      throw SubmissionError.emptyText(field: "directory_communications")
    }
    try SubmissionRules.check(
      limit, in: 1...10_000, field: "the limit of directory_communications")
    return try edit(id, Self.appendMessage, limit, direction, text)
  }
}

/// The direction of a message.
public enum DirectoryMessageDirection: String, TextEnum {
  /// From the directory.
  case received
  /// To the directory.
  case sent
}
