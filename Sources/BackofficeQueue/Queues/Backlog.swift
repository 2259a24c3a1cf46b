/// The items of a queue that have not finished, counted over indexes.
struct Backlog {
  var pending = 0
  var retrying = 0
  var ready = 0
  var running = 0
  var parked = 0
  var paused = 0
  var kinds: [String: Int] = [:]
  private var depths = Array(repeating: 0, count: 6)
  private var oldest: [Timestamp?] = Array(repeating: nil, count: 6)

  var depth: Int { pending + retrying }

  init(
    _ queue: String, at now: Timestamp, _ transaction: borrowing ReadTransaction
  ) throws {
    try transaction.forEach(Queues.waitingOf, queue, now) { row in
      let priority = try addWaiting(row)
      ready += try row.value(at: 3, as: Int.self)
      let dueAt: Timestamp = try row.value(at: 4)
      if dueAt <= now { oldest[priority] = min(oldest[priority] ?? dueAt, dueAt) }
      return true
    }
    try transaction.forEach(Queues.heldOf, queue) { row in
      _ = try addWaiting(row)
      return true
    }
    retrying = try transaction.fetchOne(Queues.retryingOf, queue) { try $0.value(at: 0) } ?? 0
    pending -= retrying
    try transaction.forEach(Queues.runningOf, queue) { row in
      let count: Int = try row.value(at: 1)
      kinds[try row.value(at: 0), default: 0] += count
      running += count
      return true
    }
    try transaction.forEach(Queues.asideOf, queue) { row in
      let (parked, paused): (Int, Int) = (try row.value(at: 1), try row.value(at: 2))
      kinds[try row.value(at: 0), default: 0] += parked + paused
      self.parked += parked
      self.paused += paused
      return true
    }
  }

  private mutating func addWaiting(_ row: borrowing Row) throws -> Int {
    let priority = min(max(0, try row.value(at: 1, as: Int.self)), 5)
    let count: Int = try row.value(at: 2)
    kinds[try row.value(at: 0), default: 0] += count
    depths[priority] += count
    pending += count
    return priority
  }

  func priority(_ priority: Int, at now: Timestamp) -> QueueStatistics.Priority {
    QueueStatistics.Priority(
      priority: priority, depth: depths[priority],
      oldestReadyAge: oldest[priority].map { now - $0 })
  }
}
