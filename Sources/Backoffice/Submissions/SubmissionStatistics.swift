/// Statistics of a set of submissions.
///
/// Rates are based on current statuses and are nil if there is nothing to divide by.
public struct SubmissionStatistics: Sendable, Hashable {
  /// The number of submissions by status; statuses without submissions are omitted.
  public internal(set) var counts: [SubmissionStatus: Int] = [:]
  /// The number created in the 30 days before the query.
  public internal(set) var lastThirtyDays = 0
  /// The number of those that are approved.
  public internal(set) var approvedOfLastThirtyDays = 0
  /// The number of those that are rejected.
  public internal(set) var rejectedOfLastThirtyDays = 0
  /// The number that need or needed a person.
  public internal(set) var manualInterventions = 0
  /// The credits used.
  public internal(set) var creditsConsumed = 0
  /// The costs, one amount per currency, sorted by currency code.
  public internal(set) var costs: [Money] = []
  /// The number of distinct directories of a customer's submissions, or customers of a directory's.
  public internal(set) var counterparts = 0
  /// When the newest submission was created.
  public internal(set) var lastSubmissionAt: Timestamp?
  /// The time of the last approval.
  public internal(set) var lastApprovalAt: Timestamp?

  var approvalMicroseconds: Int64 = 0
  var approvalTimes = 0
  var processingMicroseconds: Int64 = 0
  var processingTimes = 0
  var qualitySum = 0
  var qualityScores = 0

  /// The total number of submissions.
  public var total: Int { counts.values.saturatingSum() }
  /// The number submitted, under review or approved.
  public var delivered: Int { sum(of: \.isDelivered) }
  /// The number approved.
  public var approved: Int { counts[.approved] ?? 0 }
  /// The number rejected.
  public var rejected: Int { counts[.rejected] ?? 0 }
  /// The number pending or submitting.
  public var pending: Int { (counts[.pending] ?? 0).adding(counts[.submitting] ?? 0) }
  /// The number submitted or under review, which wait for their directory.
  public var waiting: Int { sum(of: \.isWaiting) }
  /// The number that failed.
  public var failed: Int { counts[.failed] ?? 0 }

  /// The fraction of submissions that were delivered.
  public var deliveryRate: Ratio? { Ratio(delivered, of: total) }
  /// The fraction of decided submissions that were approved.
  public var approvalRate: Ratio? { Ratio(approved, of: approved.adding(rejected)) }
  /// The fraction of decided submissions created in the last 30 days that were approved.
  public var approvalRateOfLastThirtyDays: Ratio? {
    Ratio(approvedOfLastThirtyDays, of: approvedOfLastThirtyDays.adding(rejectedOfLastThirtyDays))
  }
  /// The fraction of submissions that need or needed a person.
  public var manualInterventionRate: Ratio? { Ratio(manualInterventions, of: total) }
  /// The mean time from submission to approval.
  public var meanApprovalTime: Duration? {
    approvalTimes > 0 ? .microseconds(approvalMicroseconds / Int64(approvalTimes)) : nil
  }
  /// The mean total duration of a submission's attempts.
  public var meanProcessingTime: Duration? {
    processingTimes > 0 ? .microseconds(processingMicroseconds / Int64(processingTimes)) : nil
  }
  /// The mean quality score, rounded half up to two decimals.
  public var meanQuality: Double? {
    // The percentage of a ratio is its value times 100, rounded to two decimals.
    Ratio(qualitySum, of: qualityScores.multiplied(by: 100))?.percent
  }

  private func sum(of isCounted: (SubmissionStatus) -> Bool) -> Int {
    counts.reduce(0) { sum, entry in isCounted(entry.key) ? sum + entry.value : sum }
  }
}

/// The statistics of the submissions to a directory.
@dynamicMemberLookup
public struct DirectoryStatistics: Sendable, Hashable {
  /// The directory.
  public let directory: Directory
  /// The statistics of its submissions.
  public let submissions: SubmissionStatistics

  /// A figure of ``submissions``.
  public subscript<Value>(dynamicMember path: KeyPath<SubmissionStatistics, Value>) -> Value {
    submissions[keyPath: path]
  }
}

extension SubmissionStatistics {
  /// The statistics of all submissions for which `column` is `?1`; `?2` is 30 days ago.
  static func figures(by column: String) -> SQLStatement {
    SQLStatement(
      """
      SELECT status, currency, count(*), sum(created_at >= ?2),
        sum(manual_intervention_required), sum(credits_consumed), sum(cost_minor),
        max(created_at), max(approved_at),
        coalesce(sum(approval_microseconds), 0), count(approval_microseconds),
        coalesce(sum(processing_microseconds), 0), count(processing_microseconds),
        coalesce(sum(quality_score), 0), count(quality_score)
      FROM submissions WHERE \(column) = ?1 GROUP BY status, currency
      """)
  }

  static let ofCustomer = figures(by: "customer_id")
  static let ofDirectory = figures(by: "directory_id")
  static let directoriesOf = SQLStatement(
    "SELECT count(DISTINCT directory_id) FROM submissions WHERE customer_id = ?")
  static let customersOf = SQLStatement(
    "SELECT count(DISTINCT customer_id) FROM submissions WHERE directory_id = ?")

  init<Owner>(
    of owner: ID<Owner>, _ figures: SQLStatement, counterparts: SQLStatement,
    in transaction: borrowing ReadTransaction
  ) throws {
    var totals: [Currency: Int64] = [:]
    try transaction.forEach(figures, owner, transaction.now - .days(30)) { row in
      var column = row.reader()
      try add(&column, to: &totals)
      return true
    }
    costs = totals.map { Money(minorUnits: $0.value, currency: $0.key) }
      .sorted { $0.currency.code < $1.currency.code }
    self.counterparts =
      try transaction.fetchOne(counterparts, owner) { row in try row.value(at: 0) } ?? 0
  }

  private mutating func add(
    _ column: inout Row.Reader, to totals: inout [Currency: Int64]
  ) throws {
    let status: SubmissionStatus = try column("status")
    let currency: Currency = try column("currency")
    counts[status, default: 0] += try column("count") as Int
    let recent: Int = try column("recent")
    lastThirtyDays += recent
    if status == .approved { approvedOfLastThirtyDays += recent }
    if status == .rejected { rejectedOfLastThirtyDays += recent }
    manualInterventions += try column("manual_interventions") as Int
    creditsConsumed += try column("credits_consumed") as Int
    totals[currency, default: 0] &+= try column("cost") as Int64
    lastSubmissionAt = later(lastSubmissionAt, try column("last_submission_at"))
    lastApprovalAt = later(lastApprovalAt, try column("last_approval_at"))
    approvalMicroseconds &+= try column("approval_microseconds") as Int64
    approvalTimes += try column("approval_times") as Int
    processingMicroseconds &+= try column("processing_microseconds") as Int64
    processingTimes += try column("processing_times") as Int
    qualitySum += try column("quality_sum") as Int
    qualityScores += try column("quality_scores") as Int
  }
}

extension Submissions {
  /// The statistics of a customer's submissions; all zero for a customer without submissions.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the customer's submissions.
  public func statistics(of customer: ID<Customer>) throws -> SubmissionStatistics {
    try access.read { transaction in
      try SubmissionStatistics(
        of: customer, SubmissionStatistics.ofCustomer,
        counterparts: SubmissionStatistics.directoriesOf, in: transaction)
    }
  }
}

extension Directories {
  /// The statistics of the submissions to a directory; rates are nil without submissions.
  ///
  /// They are computed from the submissions. ``Directory/counters`` has the main figures
  /// precomputed.
  ///
  /// - Throws: ``DirectoryError/unknownDirectory(_:)``.
  /// - Complexity: reads the directory's submissions.
  public func statistics(of directory: ID<Directory>) throws -> DirectoryStatistics {
    try access.read { transaction in
      DirectoryStatistics(
        directory: try Self.require(directory, in: transaction),
        submissions: try SubmissionStatistics(
          of: directory, SubmissionStatistics.ofDirectory,
          counterparts: SubmissionStatistics.customersOf, in: transaction))
    }
  }
}
