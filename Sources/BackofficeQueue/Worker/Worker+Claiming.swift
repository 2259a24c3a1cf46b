extension Worker {
  /// Claims in rounds: each asks for no more than every kind still has a place for, so that the
  /// order between kinds stays that of the queue.
  func claim(
    _ plan: WorkerState.Plan, into report: inout Report,
    _ transaction: borrowing WriteTransaction
  ) throws {
    var free = plan.claims
    var room = plan.room
    while free > 0 {
      let open = kinds?.filter { (room[$0] ?? 1) > 0 }
      if let open, open.isEmpty { return }
      let wanted = min(free, 1000, open?.compactMap { room[$0] }.min() ?? free)
      let step = try Self.step(&report.refusals) {
        try transaction.queue.claim(
          ClaimTerms(
            limit: wanted, queues: configuration.queues, kinds: open, worker: configuration.name,
            lease: configuration.lease), isCareful: plan.isCareful)
      }
      guard case .done(let claimed) = step else {
        report.isShort = true
        return
      }
      report.claimed += claimed
      free -= claimed.count
      for item in claimed {
        room[item.item.kind]? -= 1
        if item.item.policyKey != nil {
          report.runLimits[item.lease.token] =
            try ItemPolicy.find(item.item.policyKey, transaction).runLimitSeconds
        }
      }
      if claimed.count < wanted {
        report.isShort = true
        report.nextDue = try Self.nextDue(
          configuration.queues, kinds.map(ClaimLane.sorted), transaction)
        return
      }
    }
  }

  static let nextReopening = SQLStatement(
    "SELECT min(reopens_at) FROM queue_limit_windows WHERE reopens_at > ?1")

  /// When the next item that is not due yet will be, or the next rate limit lets items through.
  private static func nextDue(
    _ queues: [String], _ kinds: [String]?, _ transaction: borrowing WriteTransaction
  ) throws -> Timestamp? {
    var next: Timestamp? =
      try transaction.fetchOne(nextReopening, transaction.now) { row in
        try row.value(at: 0, as: Timestamp?.self)
      } ?? nil
    let now = transaction.now
    func consider(_ due: Timestamp?) {
      if let due { next = next.map { min($0, due) } ?? due }
    }
    for queue in Set(queues.map(\.keyForm)) {
      try ClaimLane.forEach(in: queue, of: kinds, transaction) { lane in
        if lane.dueAt > now {
          consider(lane.dueAt)
        } else {
          consider(
            try transaction.fetchOne(
              ClaimLane.nextDue, queue, lane.kind, lane.priority, now
            ) { try $0.value(at: 0) })
        }
        return true
      }
    }
    return next
  }
}
