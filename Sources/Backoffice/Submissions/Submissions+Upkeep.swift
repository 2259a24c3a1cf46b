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
  /// `?3` and on: limit, direction, text.
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

  /// Schedules when somebody comes back to a submission; a later call replaces an earlier one.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func scheduleFollowUp(_ id: ID<Submission>, at time: Timestamp) throws -> Submission {
    try edit(id, Self.setFollowUp, time)
  }

  /// Notes that somebody came back to it.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/nothingScheduled(_:field:)``.
  @discardableResult
  public func completeFollowUp(_ id: ID<Submission>) throws -> Submission {
    try edit(id, Self.endFollowUp) { .nothingScheduled($0.id, field: "follow-up") }
  }

  /// The submissions whose follow-up is due, the longest due first.
  ///
  /// - Parameters:
  ///   - time: due by then; nil for now.
  ///   - cursor: where the page begins; nil for the first.
  ///   - limit: at most so many; 100 by default, 1,000 at most.
  /// - Complexity: one walk over an index, as long as the page.
  public func followUpsDue(
    asOf time: Timestamp? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Submission> {
    try due(Self.followUpsDueStatement, asOf: time, after: cursor, limit: limit)
  }

  /// Schedules when a listing is looked after next; nil when it need not be any more.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func scheduleMaintenance(
    _ id: ID<Submission>, at time: Timestamp?
  ) throws -> Submission {
    try edit(id, Self.setMaintenance, time)
  }

  /// Notes that a listing was looked after, and when it has to be again; nil for never.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)`` or
  ///   ``SubmissionError/nothingScheduled(_:field:)``.
  @discardableResult
  public func completeMaintenance(
    _ id: ID<Submission>, next: Timestamp? = nil
  ) throws -> Submission {
    try edit(id, Self.endMaintenance, next) { .nothingScheduled($0.id, field: "maintenance") }
  }

  /// The listings whose maintenance is due, the longest due first.
  ///
  /// - Parameters: as ``followUpsDue(asOf:after:limit:)``.
  /// - Complexity: one walk over an index, as long as the page.
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

  /// Counts that the customer was told about it now.
  ///
  /// - Throws: ``SubmissionError/unknownSubmission(_:)``.
  @discardableResult
  public func recordNotification(_ id: ID<Submission>) throws -> Submission {
    try edit(id, Self.countNotification)
  }

  /// Keeps a message to or from the directory; the oldest goes when there are too many.
  ///
  /// - Parameters:
  ///   - id: which submission.
  ///   - direction: who wrote it.
  ///   - text: what it says.
  ///   - limit: how many messages are kept; ``logLimit`` by default.
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

/// Who wrote a message.
public enum DirectoryMessageDirection: String, TextEnum {
  /// The directory did.
  case received
  /// The directory was written to.
  case sent
}
