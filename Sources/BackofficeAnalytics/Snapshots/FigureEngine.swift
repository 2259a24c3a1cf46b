import Backoffice

/// Computes the figures of any buckets in one pass over the days they cover.
///
/// Stocks are running sums of the daily flows. What sums cannot tell, the distinct customers that
/// were active and how long conversions took, comes from the history rows of those days and of the
/// 30 days before them.
struct FigureEngine {
  /// Where the stocks before the first day come from.
  enum Base {
    /// The sums of all earlier flows.
    case flows
    /// The daily snapshots of the day before where they are up to date, else the flows.
    case snapshots
  }

  /// A customer as the pass has it so far.
  struct Tracked {
    let id: ID<AnyEntity>
    var state: FlowState?
    var firstAt: Timestamp?
    /// The day of the last change of status, counted from 1970.
    var lastChange = Int.min
    /// The owner under whom it is counted as active.
    var countedFor: Int?
  }

  /// What has happened in a bucket that is not over.
  struct Sums {
    var new: [Int] = []
    var conversions: [Int] = []
    var cycleTime: [Int64] = []

    mutating func grow(to count: Int) {
      while new.count < count {
        new.append(0)
        conversions.append(0)
        cycleTime.append(0)
      }
    }
  }

  let pipeline: Pipeline
  /// How many days before a bucket's end a change makes a customer active.
  let activeDays: Int

  var owners: [ID<AnyEntity>] = []
  var ownerIndex: [ID<AnyEntity>: Int] = [:]
  var statuses: [String] = []
  var statusIndex: [String: Int] = [:]
  /// Stocks by owner and status.
  var stocks: [[Int]] = []
  /// Active customers by owner.
  var active: [Int] = []
  var tracked: [Tracked] = []
  var trackedIndex: [ID<AnyEntity>: Int] = [:]
  /// Customers by the day of a change, to let them expire.
  var changed: [Int: [Int]] = [:]
  var day = Sums()

  init(_ pipeline: Pipeline, activeDays: Int = 30) {
    self.pipeline = pipeline
    self.activeDays = activeDays
    for status in pipeline.statuses { _ = index(ofStatus: status.name) }
  }

  mutating func index(ofOwner owner: ID<AnyEntity>) -> Int {
    if let index = ownerIndex[owner] { return index }
    owners.append(owner)
    stocks.append(Array(repeating: 0, count: statuses.count))
    active.append(0)
    ownerIndex[owner] = owners.count - 1
    return owners.count - 1
  }

  mutating func index(ofStatus status: String) -> Int {
    if let index = statusIndex[status] { return index }
    statuses.append(status)
    for owner in stocks.indices { stocks[owner].append(0) }
    statusIndex[status] = statuses.count - 1
    return statuses.count - 1
  }

  mutating func add(_ amount: Int, owner: ID<AnyEntity>, status: String) {
    let status = index(ofStatus: status)
    let owner = index(ofOwner: owner)
    stocks[owner][status] += amount
  }
}

extension FigureEngine {
  /// Computes the figures of `buckets` and hands them to `emit`, bucket by bucket as they end.
  ///
  /// - Parameters:
  ///   - buckets: in any order; none beyond today.
  ///   - scopes: which scopes are wanted; the system comes first.
  static func run(
    _ pipeline: Pipeline, buckets: [Bucket], activeDays: Int = 30, base: Base = .snapshots,
    scopes: ScopeFilter = .all, _ transaction: borrowing some Transaction & ~Copyable,
    emit: (Bucket, Scope, Figures) throws -> Void
  ) throws {
    guard let first = buckets.map(\.start).min(), let last = buckets.map(\.end).max()
    else { return }
    var engine = FigureEngine(pipeline, activeDays: activeDays)
    try engine.loadStocks(before: first, base, transaction)
    let starts = Dictionary(grouping: buckets, by: \.start)
    var open: [(bucket: Bucket, sums: Sums)] = []
    let windowStart = first.adding(days: 1 - activeDays)
    let earliest = try Self.firstDay(transaction)
    let isWhole = earliest.map { windowStart <= $0 } ?? true
    var date = max(windowStart, min(earliest ?? first, first))
    var midnight = transaction.zone.startOfDay(date)
    while true {
      let isLast = date >= last
      let next = isLast && date == .max ? date : date.adding(days: 1)
      let nextMidnight =
        next == date ? Timestamp.distantFuture : transaction.zone.startOfDay(next)
      let number = date.daysSince1970
      engine.expire(on: number)
      engine.day = Sums()
      engine.day.grow(to: engine.owners.count)
      try engine.replay(
        from: midnight, until: nextMidnight, day: number, isWhole: isWhole, transaction)
      if date >= first {
        try engine.addFlows(of: date, transaction)
        for bucket in starts[date] ?? [] { open.append((bucket, Sums())) }
        for index in open.indices {
          engine.addDay(to: &open[index].sums)
          if open[index].bucket.end == date {
            try engine.report(open[index].bucket, open[index].sums, scopes, emit)
          }
        }
        open.removeAll { $0.bucket.end == date }
      }
      if isLast { return }
      date = next
      midnight = nextMidnight
    }
  }

  /// Which scopes a caller wants figures for.
  enum ScopeFilter {
    case all
    case one(Scope)
  }
}
