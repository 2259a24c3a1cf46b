extension Submissions {
  private static func newest(_ condition: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT \(Submission.selection), created_at, pk FROM submissions
      WHERE \(condition) AND (created_at, pk) < (?3, ?4)
      ORDER BY created_at DESC, pk DESC LIMIT ?5
      """)
  }

  static let ofCustomer = newest("?2 IS NULL AND customer_id = ?1")
  static let ofCustomerByStatus = newest("customer_id = ?1 AND status = ?2")
  static let ofDirectory = newest("?2 IS NULL AND directory_id = ?1")
  static let ofDirectoryByStatus = newest("directory_id = ?1 AND status = ?2")
  static let ofStatus = newest("?1 IS NULL AND status = ?2")

  /// The submissions of a customer, newest first.
  ///
  /// - Parameters:
  ///   - customer: the customer.
  ///   - status: the status; nil for all.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of results; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func list(
    customer: ID<Customer>, status: SubmissionStatus? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Submission> {
    try page(
      status == nil ? Self.ofCustomer : Self.ofCustomerByStatus, customer, status, after: cursor,
      limit: limit)
  }

  /// The submissions to a directory, newest first.
  ///
  /// - Parameters: those of ``list(customer:status:after:limit:)``.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func list(
    directory: ID<Directory>, status: SubmissionStatus? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Submission> {
    try page(
      status == nil ? Self.ofDirectory : Self.ofDirectoryByStatus, directory, status,
      after: cursor, limit: limit)
  }

  /// The submissions with a status, newest first.
  ///
  /// - Parameters: those of ``list(customer:status:after:limit:)``.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the size of the page.
  public func list(
    status: SubmissionStatus, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Submission> {
    try page(Self.ofStatus, ID<Customer>?.none, status, after: cursor, limit: limit)
  }

  private func page<Owner: Bindable>(
    _ statement: SQLStatement, _ owner: Owner, _ status: SubmissionStatus?,
    after cursor: PageCursor?, limit: Int
  ) throws -> Page<Submission> {
    try access.readOnce { transaction in
      try transaction.keyedPage(
        statement, limit: limit, owner, status, cursor?.value ?? .max, cursor?.key ?? .max)
    }
  }

  // By default, SQLite would use the status index and sort.
  static let overdueStatement = SQLStatement(
    """
    SELECT \(Submission.selection(of: "s")), s.submitted_at, s.pk
    FROM submissions s INDEXED BY submissions_waiting
      CROSS JOIN directories d ON d.id = s.directory_id
    WHERE s.status IN ('submitted', 'under_review') AND s.submitted_at < ?1
      AND (s.submitted_at, s.pk) > (?2, ?3)
      AND s.submitted_at + d.expected_approval_days * 86400000000 < ?1
    ORDER BY s.submitted_at, s.pk LIMIT ?4
    """)

  /// The submissions whose directory should have decided, longest waiting first.
  ///
  /// A submission is overdue if it has been submitted or under review for longer than the
  /// directory's expected number of days.
  ///
  /// - Parameters:
  ///   - time: the reference time; nil for now.
  ///   - cursor: the `next` cursor of the previous page; nil for the first page.
  ///   - limit: the maximum number of results; 100 by default, at most 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan of the waiting submissions.
  public func overdueReviews(
    asOf time: Timestamp? = nil, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<Submission> {
    try due(Self.overdueStatement, asOf: time, after: cursor, limit: limit)
  }
}
