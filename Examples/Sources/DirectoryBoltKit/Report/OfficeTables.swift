import Backoffice

/// The parts of a report from tables and views, read in one transaction.
struct OfficeTables {
  let now: Timestamp
  let categories: [OfficeReport.Category]
  let customers: [OfficeReport.CustomerLine]
  let ledger: [String: Int]
  let shortages: [OfficeReport.Shortage]
  let batches: [String: Int]
  let queue: [String: Int]
  let meanWaitSeconds: Int?
  let meanProcessingSeconds: Int?
  let workers: [OfficeReport.Worker]
  let actions: [String: Int]
  let actionKinds: [String: Int]
  let assistants: [OfficeReport.AssistantLine]
  let submissions: [String: Int]
  let days: [OfficeReport.Day]
  let directories: [OfficeReport.DirectoryLine]

  init(_ transaction: borrowing ReadTransaction, days: Int, top: Int) throws {
    now = transaction.now
    categories = try Self.categories(transaction)
    customers = try Self.customers(transaction)
    ledger = try Self.counts(
      "SELECT kind, sum(credits) FROM credit_entries GROUP BY 1", transaction)
    shortages = try Self.shortages(transaction)
    batches = try Self.counts("SELECT status, count(*) FROM batches GROUP BY 1", transaction)
    queue = try Self.counts("SELECT status, count(*) FROM queue_items GROUP BY 1", transaction)
    meanWaitSeconds = try Self.seconds(
      "SELECT cast(avg(wait_microseconds) AS INTEGER) FROM queue_items", transaction)
    meanProcessingSeconds = try Self.seconds(
      """
      SELECT cast(avg(max(0, finished_at - claimed_at)) AS INTEGER) FROM queue_items
      WHERE status IN ('completed', 'failed')
      """, transaction)
    workers = try Self.workers(transaction)
    actions = try Self.counts(
      "SELECT status, count(*) FROM pending_actions GROUP BY 1", transaction)
    actionKinds = try Self.counts(
      "SELECT kind, count(*) FROM pending_actions GROUP BY 1", transaction)
    assistants = try Self.assistants(transaction)
    submissions = try Self.counts(
      "SELECT status, count(*) FROM submissions GROUP BY 1", transaction)
    self.days = try Self.byDay(
      transaction, until: (transaction.now - .microseconds(1)).utcDate,
      count: days)
    directories = try Self.directories(transaction, top: top)
  }

  private static func counts(
    _ sql: String, _ transaction: borrowing ReadTransaction
  ) throws -> [String: Int] {
    Dictionary(
      try transaction.fetchAll(sql: sql) { row in
        (try row.value(at: 0, as: String.self), try row.value(at: 1, as: Int.self))
      }, uniquingKeysWith: +)
  }

  private static func seconds(
    _ sql: String, _ transaction: borrowing ReadTransaction
  ) throws -> Int? {
    let microseconds: Int?? = try transaction.fetchOne(sql: sql) { row in try row.value(at: 0) }
    return microseconds.flatMap { $0 }.map { $0 / 1_000_000 }
  }

  private static func categories(
    _ transaction: borrowing ReadTransaction
  ) throws -> [OfficeReport.Category] {
    try transaction.fetchAll(
      sql: """
        SELECT coalesce(d.metadata ->> 'category', g.display_name), count(*),
          sum(d.submission_count), sum(d.approved_count), sum(d.rejected_count)
        FROM directories d JOIN directory_categories g ON g.id = d.category_id
        GROUP BY 1 ORDER BY 2 DESC, 1
        """
    ) { row in
      OfficeReport.Category(
        name: try row.value(at: 0), directories: try row.value(at: 1),
        submissions: try row.value(at: 2), approved: try row.value(at: 3),
        rejected: try row.value(at: 4))
    }
  }

  private static func customers(
    _ transaction: borrowing ReadTransaction
  ) throws -> [OfficeReport.CustomerLine] {
    try transaction.fetchAll(
      sql: """
        SELECT coalesce(o.company_name, o.full_name), coalesce(o.tier, 'none'),
          coalesce(o.subscription_status, 'none'), o.status,
          coalesce(o.credits_granted, 0), coalesce(o.credits_reserved, 0),
          coalesce(o.credits_spent, 0), coalesce(o.credits_remaining, 0),
          s.submission_count, s.approved_count
        FROM customer_overview o JOIN customer_submission_summary s USING (customer_id)
        ORDER BY s.approved_count DESC, 1
        """
    ) { row in
      OfficeReport.CustomerLine(
        name: try row.value(at: 0), tier: try row.value(at: 1),
        subscription: try row.value(at: 2), pipelineStatus: try row.value(at: 3),
        granted: try row.value(at: 4), reserved: try row.value(at: 5),
        spent: try row.value(at: 6), remaining: try row.value(at: 7),
        submissions: try row.value(at: 8), approved: try row.value(at: 9))
    }
  }

  private static func shortages(
    _ transaction: borrowing ReadTransaction
  ) throws -> [OfficeReport.Shortage] {
    try transaction.fetchAll(
      sql: """
        SELECT name, metadata ->> 'wished', total_items FROM batches
        WHERE metadata ->> 'wished' > total_items ORDER BY pk
        """
    ) { row in
      OfficeReport.Shortage(
        batch: try row.value(at: 0), wished: try row.value(at: 1),
        enqueued: try row.value(at: 2))
    }
  }

  private static func workers(
    _ transaction: borrowing ReadTransaction
  ) throws -> [OfficeReport.Worker] {
    var outcomes: [String: [String: Int]] = [:]
    var busy: [String: Int] = [:]
    try transaction.forEach(
      sql: """
        SELECT worker, outcome, count(*), coalesce(sum(finished_at - claimed_at), 0) / 1000000
        FROM (
          SELECT worker, outcome, claimed_at, finished_at FROM queue_attempts
          UNION ALL
          -- The attempt that runs, or that succeeded, is the item itself.
          SELECT worker, status, claimed_at, finished_at FROM queue_items
          WHERE status IN ('running', 'completed')
        ) GROUP BY 1, 2
        """
    ) { row in
      let worker: String = try row.value(at: 0)
      outcomes[worker, default: [:]][try row.value(at: 1)] = try row.value(at: 2)
      busy[worker, default: 0] += try row.value(at: 3, as: Int.self)
      return true
    }
    return outcomes.keys.sorted().map { name in
      let ends = outcomes[name] ?? [:]
      return OfficeReport.Worker(
        name: name, attempts: ends.values.reduce(0, +), outcomes: ends,
        busySeconds: busy[name] ?? 0)
    }
  }

  private static func assistants(
    _ transaction: borrowing ReadTransaction
  ) throws -> [OfficeReport.AssistantLine] {
    try transaction.fetchAll(
      sql: """
        SELECT name, time_zone, active_count, max_concurrent_tasks, completed_count, failed_count,
          (200 * quality_sum + quality_count) / nullif(2 * quality_count, 0),
          duration_sum_microseconds / 60000000 / nullif(duration_count, 0)
        FROM assistants ORDER BY completed_count DESC, handle
        """
    ) { row in
      OfficeReport.AssistantLine(
        name: try row.value(at: 0), timeZone: try row.value(at: 1),
        open: try row.value(at: 2), capacity: try row.value(at: 3),
        completed: try row.value(at: 4), failed: try row.value(at: 5),
        qualityHundredths: try row.value(at: 6), meanMinutes: try row.value(at: 7))
    }
  }

  private static func directories(
    _ transaction: borrowing ReadTransaction, top: Int
  ) throws -> [OfficeReport.DirectoryLine] {
    try transaction.fetchAll(
      sql: """
        SELECT name, domain_rating, submission_count, approved_count, rejected_count,
          approval_time_sum_microseconds / 1000000 / nullif(approval_time_count, 0)
        FROM directories WHERE submission_count > 0
        ORDER BY approved_count DESC, name LIMIT ?
        """, top
    ) { row in
      OfficeReport.DirectoryLine(
        name: try row.value(at: 0), rating: try row.value(at: 1),
        submissions: try row.value(at: 2), approved: try row.value(at: 3),
        rejected: try row.value(at: 4), approvalSeconds: try row.value(at: 5))
    }
  }

  private static func byDay(
    _ transaction: borrowing ReadTransaction, until today: CalendarDate, count: Int
  ) throws -> [OfficeReport.Day] {
    let first = today.adding(days: 1 - max(1, count))
    var days = (0..<max(1, count)).map { OfficeReport.Day(day: first.adding(days: $0).description) }
    let columns: [(String, WritableKeyPath<OfficeReport.Day, Int>)] = [
      ("submitted_at", \.submitted), ("approved_at", \.approved), ("rejected_at", \.rejected),
    ]
    for (column, path) in columns {
      let counts = try counts(
        """
        SELECT date(\(column) / 1000000, 'unixepoch'), count(*) FROM submissions
        WHERE \(column) >= \(first.startOfDayUTC.microseconds) GROUP BY 1
        """, transaction)
      for index in days.indices { days[index][keyPath: path] = counts[days[index].day] ?? 0 }
    }
    return days
  }
}
