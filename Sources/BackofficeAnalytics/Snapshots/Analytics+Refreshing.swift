public import Backoffice

extension Analytics {
  /// The most days that one call computes: a hundred years.
  public static let rangeLimit = 36_525
  /// The most days that a refresh computes in one transaction.
  public static let daysPerTransaction = 31

  /// Takes all snapshots that are missing or out of date, up to yesterday.
  ///
  /// Starts after the last day whose snapshots were taken. Of earlier days, only the snapshots of the whole
  /// store and of owners with late history rows are computed again. A second call changes nothing. Upkeep
  /// does the same every hour.
  ///
  /// Each transaction covers 31 days, so that a file with years of history does not block writers.
  /// Completed transactions stay when a later one fails or the task is cancelled. Inside a caller's
  /// transaction, the refresh is part of it.
  ///
  /// - Parameter progress: called after each transaction; an error that it throws ends the refresh.
  /// - Throws: `CancellationError` when the task is cancelled between two transactions, the errors of
  ///   `progress`, and `StorageError` and `SQLiteError` when the file cannot be written.
  /// - Complexity: grows with the days to compute and their owners, not with the customers, their
  ///   changes, or the history before.
  @discardableResult
  public func refresh(
    progress: ((SnapshotProgress) throws -> Void)? = nil
  ) throws -> SnapshotRefresh {
    var done = SnapshotRefresh(days: nil, buckets: 0, changedRows: 0)
    while let step = try access.write({ transaction in try Self.advance(transaction) }) {
      let start = done.days?.lowerBound ?? step.days.lowerBound
      done = SnapshotRefresh(
        days: start...step.days.upperBound, buckets: done.buckets + step.buckets,
        changedRows: done.changedRows + step.changedRows)
      try progress?(
        SnapshotProgress(
          days: start...step.yesterday, lastDone: step.days.upperBound,
          changedRows: done.changedRows))
      if step.isLast { break }
      try Task.checkCancellation()
    }
    return done
  }

  /// What one transaction of a refresh did.
  struct Step {
    let days: ClosedRange<CalendarDate>
    let yesterday: CalendarDate
    var buckets = 0
    var changedRows = 0

    var isLast: Bool { days.upperBound == yesterday }
  }

  /// Takes the snapshots of the first days that are missing or out of date; nil when none are.
  static func advance(_ transaction: borrowing WriteTransaction) throws -> Step? {
    let yesterday = transaction.zone.date(of: transaction.now).adding(days: -1)
    let until = try AnalyticsMarks.computedUntil.value(in: transaction)
    let names = try pipelineNames(transaction)
    var start = until.map { $0.adding(days: 1) }
    if start == nil {
      start = try names.compactMap { try FigureEngine.firstDay(of: $0, transaction) }.min()
    }
    if let dirty = try AnalyticsMarks.earliestDirtyDay(transaction) {
      start = min(start ?? dirty, dirty)
    }
    guard var start, start <= yesterday else { return nil }
    start = max(start, yesterday.adding(days: 1 - rangeLimit))
    let end = min(yesterday, start.adding(days: daysPerTransaction - 1))
    var step = Step(days: start...end, yesterday: yesterday)
    for name in names {
      // A pipeline's snapshots begin with its first customer.
      let firsts = [
        try FigureEngine.firstDay(of: name, transaction),
        try FigureEngine.firstSnapshotDay(of: name, transaction),
      ]
      guard let first = firsts.compactMap({ $0 }).min(), first <= end else { continue }
      let stale = try StaleOwners(of: name, computedUntil: until, transaction)
      var begin = max(start, first)
      if let until, until < .max {
        begin = max(begin, min(until.adding(days: 1), stale.firstDay ?? .max))
      }
      guard begin <= end else { continue }
      let buckets = BucketKind.allCases.flatMap {
        Bucket.covering(begin...end, kind: $0, endingBy: end)
      }
      step.changedRows += try write(
        buckets, pipeline: name, base: .snapshots, where: stale.contains, transaction)
      step.buckets += buckets.count
    }
    try AnalyticsMarks.raise(AnalyticsMarks.computedUntil, to: end, transaction)
    try AnalyticsMarks.raise(AnalyticsMarks.storedUntil, to: end, transaction)
    // Stored snapshots of later days depend on the same late rows.
    let stored = try AnalyticsMarks.storedUntil.value(in: transaction)
    try AnalyticsMarks.clean(
      through: end, remaining: stored.map { $0 > end } ?? false, transaction)
    return step
  }

  /// Takes the snapshots of every bucket that has a day in a past range and is over.
  ///
  /// The figures of a bucket are those of its end, independent of the present. One transaction; a second
  /// call changes nothing.
  ///
  /// - Parameters:
  ///   - kinds: the lengths of the buckets; all by default.
  ///   - days: the range; its last day is yesterday or earlier.
  /// - Throws: ``AnalyticsError/notOver(day:today:)``,
  ///   ``AnalyticsError/rangeTooLong(days:limit:)`` for more than ``rangeLimit`` days.
  /// - Complexity: grows with the days and their owners, and with the days before if
  ///   ``refresh(progress:)`` has not reached them.
  @discardableResult
  public func refreshSnapshots(
    of kinds: Set<BucketKind> = Set(BucketKind.allCases), in days: ClosedRange<CalendarDate>
  ) throws -> SnapshotRefresh {
    let length = days.upperBound.daysSince1970 - days.lowerBound.daysSince1970 + 1
    guard length <= Self.rangeLimit else {
      throw AnalyticsError.rangeTooLong(days: length, limit: Self.rangeLimit)
    }
    return try access.write { transaction in
      let today = transaction.zone.date(of: transaction.now)
      guard days.upperBound < today else {
        throw AnalyticsError.notOver(day: days.upperBound, today: today)
      }
      return try Self.compute(kinds, days, today.adding(days: -1), transaction)
    }
  }

  private static func compute(
    _ kinds: Set<BucketKind>, _ days: ClosedRange<CalendarDate>, _ yesterday: CalendarDate,
    _ transaction: borrowing WriteTransaction
  ) throws -> SnapshotRefresh {
    let buckets = kinds.sorted().flatMap {
      Bucket.covering(days, kind: $0, endingBy: yesterday)
    }
    var changes = 0
    var count = 0
    for name in try pipelineNames(transaction) {
      changes += try write(buckets, pipeline: name, base: .snapshots, transaction)
      count += buckets.count
    }
    if let last = buckets.map(\.end).max() {
      try AnalyticsMarks.raise(AnalyticsMarks.storedUntil, to: last, transaction)
    }
    return SnapshotRefresh(days: days, buckets: count, changedRows: changes)
  }

  /// Computes buckets and writes those that differ.
  ///
  /// - Returns: how many rows were written or removed.
  static func write(
    _ buckets: [Bucket], pipeline name: String, base: FigureEngine.Base,
    where isWanted: @escaping (Scope, Bucket) -> Bool = { _, _ in true },
    _ transaction: borrowing WriteTransaction
  ) throws -> Int {
    let pipeline = try Pipeline(name, transaction)
    var writer = SnapshotWriter(pipeline: name, isWanted: isWanted)
    try FigureEngine.run(
      pipeline, buckets: buckets, base: base, scopes: .those(isWanted), transaction
    ) { bucket, scope, figures in
      try writer.write(bucket, scope, figures, transaction)
    }
    try writer.finishBucket(transaction)
    return writer.changes
  }
}
