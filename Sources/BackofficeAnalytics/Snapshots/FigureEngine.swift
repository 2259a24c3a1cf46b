import Backoffice

/// Computes the figures of any buckets in one pass over the days they cover.
///
/// All figures are running sums of the daily sums: stocks are sums of flows, active customers are sums of
/// activity, and conversions are sums of what begins and ceases to count in the bucket. No history row is
/// read.
struct FigureEngine {
  /// Where the sums before the first day come from.
  enum Base {
    /// All earlier days.
    case sums
    /// The daily snapshots before it if they are up to date, otherwise all earlier days.
    case snapshots
  }

  /// The scopes for which figures are computed; the system comes first.
  enum ScopeFilter {
    case all
    case one(Scope)
    case those((Scope, Bucket) -> Bool)
  }

  /// The sums of a bucket that has not ended, by owner.
  struct Sums {
    var new: [Int] = []
    var conversions: [Int] = []
    /// In microseconds; wide, since a bucket may hold a million conversions of old customers.
    var cycleTime: [Int128] = []

    mutating func grow(to count: Int) {
      while new.count < count {
        new.append(0)
        conversions.append(0)
        cycleTime.append(0)
      }
    }

    /// Adds conversions of a bucket that begins with `start`: it counts only its own customers.
    mutating func add(_ days: [DayConversions], from start: CalendarDate) {
      for day in days where day.firstDay >= start {
        grow(to: day.owner + 1)
        conversions[day.owner].add(day.count)
        cycleTime[day.owner] += day.cycleTime
      }
    }

    mutating func add(_ other: Sums) {
      grow(to: other.new.count)
      for owner in other.new.indices {
        new[owner].add(other.new[owner])
        conversions[owner].add(other.conversions[owner])
        cycleTime[owner].add(other.cycleTime[owner])
      }
    }
  }

  let pipeline: Pipeline

  var owners: [ID<AnyEntity>] = []
  var ownerIndex: [ID<AnyEntity>: Int] = [:]
  var statuses: [String] = []
  var statusIndex: [String: Int] = [:]
  /// Stocks by owner and status.
  var stocks: [[Int]] = []
  /// Active customers by owner.
  var active: [Int] = []

  init(_ pipeline: Pipeline) {
    self.pipeline = pipeline
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

  /// Moves customers of an owner from one status to another; an empty status is outside the pipeline.
  mutating func move(_ count: Int, of owner: Int, from: String, to: String) {
    if !from.isEmpty { stocks[owner][index(ofStatus: from)].add(0.subtracting(count)) }
    if !to.isEmpty { stocks[owner][index(ofStatus: to)].add(count) }
  }
}

extension FigureEngine {
  /// Computes the figures of `buckets` and passes them to `emit`, bucket by bucket as they end.
  ///
  /// - Parameters:
  ///   - buckets: in any order.
  ///   - scopes: the scopes.
  static func run(
    _ pipeline: Pipeline, buckets: [Bucket], base: Base = .snapshots,
    scopes: ScopeFilter = .all, _ transaction: borrowing some Transaction & ~Copyable,
    emit: (Bucket, Scope, Figures) throws -> Void
  ) throws {
    guard let first = buckets.map(\.start).min(), let last = buckets.map(\.end).max(),
      let firstEnd = buckets.map(\.end).min()
    else { return }
    var engine = FigureEngine(pipeline)
    var date = try engine.load(first, firstEnd, base, transaction)
    var later: [CalendarDate: [Bucket]] = [:]
    var open: [(bucket: Bucket, sums: Sums)] = []
    for bucket in buckets {
      guard bucket.start < date else {
        later[bucket.start, default: []].append(bucket)
        continue
      }
      var sums = try engine.storedSums(from: bucket.start, before: date, transaction)
      sums.add(
        try engine.conversions(from: bucket.start, before: date, transaction), from: bucket.start)
      open.append((bucket, sums))
    }
    while true {
      let sums = try engine.addDay(date, transaction)
      for bucket in later[date] ?? [] { open.append((bucket, Sums())) }
      let since = open.map(\.bucket.start).min() ?? date
      let conversions = try engine.conversions(on: date, since: since, transaction)
      for index in open.indices {
        open[index].sums.add(sums)
        open[index].sums.add(conversions, from: open[index].bucket.start)
        if open[index].bucket.end == date {
          open[index].sums.grow(to: engine.owners.count)
          try engine.report(open[index].bucket, open[index].sums, scopes, emit)
        }
      }
      open.removeAll { $0.bucket.end == date }
      if date >= last { return }
      date = date.adding(days: 1)
    }
  }

  /// Emits the figures of a bucket that has just ended.
  private func report(
    _ bucket: Bucket, _ sums: Sums, _ filter: ScopeFilter,
    _ emit: (Bucket, Scope, Figures) throws -> Void
  ) throws {
    switch filter {
    case .one(let scope) where scope != .system:
      guard let owner = ownerIndex[scope.key] else { return try emit(bucket, scope, Figures()) }
      return try emit(bucket, scope, figures(of: owner, sums))
    case .one:
      return try emit(bucket, .system, systemFigures(sums))
    case .all, .those:
      break
    }
    func isWanted(_ scope: Scope) -> Bool {
      if case .those(let isWanted) = filter { isWanted(scope, bucket) } else { true }
    }
    if isWanted(.system) { try emit(bucket, .system, systemFigures(sums)) }
    for owner in owners.indices {
      let id = owners[owner]
      let scope = id == .zero ? Scope.unowned : .owner(id)
      if isWanted(scope) { try emit(bucket, scope, figures(of: owner, sums)) }
    }
  }

  private func systemFigures(_ sums: Sums) -> Figures {
    var figures = Figures()
    for (status, name) in statuses.enumerated() {
      count(stocks.reduce(0) { $0.adding($1[status]) }, in: name, &figures)
    }
    figures.active = active.saturatingSum()
    figures.new = sums.new.saturatingSum()
    figures.conversions = sums.conversions.saturatingSum()
    figures.cycleTimeSum = Int64(clamping: sums.cycleTime.saturatingSum())
    return figures
  }

  private func figures(of owner: Int, _ sums: Sums) -> Figures {
    var figures = Figures()
    for (status, count) in stocks[owner].enumerated() {
      self.count(count, in: statuses[status], &figures)
    }
    figures.active = active[owner]
    figures.new = sums.new[owner]
    figures.conversions = sums.conversions[owner]
    figures.cycleTimeSum = Int64(clamping: sums.cycleTime[owner])
    return figures
  }

  private func count(_ customers: Int, in status: String, _ figures: inout Figures) {
    guard customers != 0 else { return }
    figures.statusCounts[status] = customers
    figures.total.add(customers)
    if pipeline.converted.contains(status) { figures.converted.add(customers) }
    if pipeline.lost.contains(status) { figures.lost.add(customers) }
  }
}
