public import Backoffice

/// A queue item at a glance.
public struct QueueDashboardRow: Sendable, Hashable, DashboardRow {
  /// The item.
  public let item: ID<AnyEntity>
  /// Its queue.
  public let queue: String
  /// Its kind.
  public let kind: String
  /// Its status.
  public let status: String
  /// Its priority, 1 for the highest.
  public let priority: Int
  /// When it can be claimed.
  public let dueAt: Timestamp
  /// Its progress in percent.
  public let progress: Int
  /// The current step.
  public let currentStep: String?
  /// The customer for whom it runs; nil for none.
  public let customer: ID<AnyEntity>?
  /// The customer's e-mail address.
  public let customerEmail: String?
  /// The customer's company.
  public let companyName: String?
  /// The tier of the customer's subscription.
  public let tier: String?
  /// The directory that it is about.
  public let directoryName: String?
  /// The batch that it is part of.
  public let batchName: String?
  /// Attempts charged so far.
  public let attempts: Int
  /// The most attempts that are charged.
  public let maxAttempts: Int
  /// The method of submission; nil if it is not a submission.
  public let method: String?
  /// Whether its result must be verified.
  public let requiresVerification: Bool
  /// The status of the verification.
  public let verificationStatus: String?
  /// When it is expected to complete.
  public let estimatedCompletionAt: Timestamp?
  /// Whole seconds until then, negative after it; nil without an estimate.
  public let secondsRemaining: Int?
  /// When it was enqueued.
  public let createdAt: Timestamp
}

extension QueueDashboardRow {
  init(
    _ column: inout some RowColumns & ~Copyable, now: Timestamp
  ) throws(ColumnError) {
    let done: Timestamp? = try column("estimated_completion_at")
    try self.init(
      item: column("queue_item_id"), queue: column("queue"), kind: column("kind"),
      status: column("status"), priority: column("priority"), dueAt: column("due_at"),
      progress: column("progress"), currentStep: column("current_step"),
      customer: column("customer_id"), customerEmail: column("customer_email"),
      companyName: column("company_name"), tier: column("tier"),
      directoryName: column("directory_name"), batchName: column("batch_name"),
      attempts: column("attempts"),
      maxAttempts: column("max_attempts") ?? ItemPolicy().maxAttempts, method: column("method"),
      requiresVerification: column("requires_verification") ?? false,
      verificationStatus: column("verification_status"), estimatedCompletionAt: done,
      secondsRemaining: done.map { Int(($0 - now).microseconds / 1_000_000) },
      createdAt: column("created_at"))
  }
}

/// Items of one status that were enqueued in one hour.
public struct QueueHour: Sendable, Hashable {
  /// When the hour began.
  public let hour: Timestamp
  /// Their status now.
  public let status: String
  /// How many there are.
  public let count: Int
  /// The mean time of the attempts that finished them.
  public let averageProcessingTime: Duration?
  /// The mean time before their first claim.
  public let averageWaitTime: Duration?
  /// How many must be verified.
  public let verificationRequired: Int
  /// How many met a captcha.
  public let captchas: Int
  /// How many needed a person.
  public let manualInterventions: Int
}

extension Dashboards {
  private static let queuePage = SQLStatement(
    """
    SELECT i.pk, \(QueueDashboardRow.columns) FROM queue_items i
    JOIN queue_overview v ON v.queue_item_id = i.id
    WHERE (?1 IS NULL OR i.status = ?1) AND i.pk < ?2 ORDER BY i.pk DESC LIMIT ?3
    """)

  // Only an attempt that succeeded or failed has a processing time.
  private static let wasProcessed =
    "q.status IN ('completed', 'failed') AND q.claimed_at IS NOT NULL"

  // Ids of the library begin with their time, and an id is never older than its row: the index on
  // them finds the last day without an index on created_at, which every enqueue would pay for.
  private static let queueHours = SQLStatement(
    """
    SELECT q.created_at - q.created_at % 3600000000, q.status, count(*),
      coalesce(sum(max(0, q.finished_at - q.claimed_at)) FILTER (WHERE \(wasProcessed)), 0),
      count(q.claimed_at) FILTER (WHERE \(wasProcessed)),
      coalesce(sum(q.wait_microseconds), 0), count(q.wait_microseconds),
      coalesce(sum(w.requires_verification), 0), coalesce(sum(w.captcha_encountered), 0),
      coalesce(sum(w.manual_intervention_required), 0)
    FROM queue_items q LEFT JOIN submission_work w ON w.queue_item_id = q.id
    WHERE q.id >= ?1 AND q.created_at > ?2
    GROUP BY 1, 2 ORDER BY 1 DESC, 2
    """)

  /// A page of queue items, newest first.
  ///
  /// - Parameters:
  ///   - status: only items of this status; nil for all.
  ///   - cursor: where the page begins; nil for the first.
  ///   - limit: how many, 1 to 1,000; 100 by default.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: one walk from the newest item back, until the page is full.
  public func queues(
    status: String? = nil, after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<QueueDashboardRow> {
    try access.readOnce { transaction in
      try transaction.page(Self.queuePage, status, after: cursor, start: .max, limit: limit)
    }
  }

  /// The items enqueued in the last 24 hours by hour and status, newest hour first.
  ///
  /// Counts items whose ids this library made.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: grows with the items of those hours.
  public func queueHours() throws -> [QueueHour] {
    try access.readOnce { transaction in
      let since = transaction.now - .hours(24)
      let bound = ID<AnyEntity>(
        high: UInt64(max(0, since.microseconds / 1000)) << 16, low: 0)
      return try transaction.fetchAll(Self.queueHours, bound, since) { row in
        var column = row.reader()
        return try QueueHour(
          hour: column("hour"), status: column("status"), count: column("count"),
          averageProcessingTime: SumAndCount(column("processing_sum"), column("processing_count"))
            .meanDuration,
          averageWaitTime: SumAndCount(column("wait_sum"), column("wait_count")).meanDuration,
          verificationRequired: column("verification_required"), captchas: column("captchas"),
          manualInterventions: column("manual_interventions"))
      }
    }
  }
}
