@testable import BackofficeQueue

/// A move of an item, as a caller or a sweep makes it.
struct UniqueMove: Sendable {
  /// What happens when another item holds the key that the new status needs.
  enum Conflict: Sendable {
    /// The claim passes the item over and marks it as held.
    case held
    /// The item is cancelled as superseded; the other one does its work.
    case superseded
    /// The call throws ``QueueError/duplicate(item:of:)``.
    case refused
    /// The item is left where it is, and the call reports that.
    case leftOut
    /// The move takes place without the key; only moves that finish the item.
    case givesWay
  }

  typealias Step = @Sendable (_ fixture: QueueFixture, _ move: UniqueMoveState) throws -> Void

  let name: String
  let from: QueueItem.Status
  let to: QueueItem.Status
  let conflict: Conflict
  let prepare: Step
  let act: Step

  init(
    _ name: String, _ from: QueueItem.Status, _ to: QueueItem.Status,
    _ conflict: Conflict = .givesWay, prepare: @escaping Step = { _, _ in }, act: @escaping Step
  ) {
    self.name = name
    self.from = from
    self.to = to
    self.conflict = conflict
    self.prepare = prepare
    self.act = act
  }
}

/// The item of a move.
struct UniqueMoveState {
  let id: ID<QueueItem>
  let kind: String
  var lease = Lease(item: .zero, token: .zero)
}

extension QueueFixture {
  /// Brings a new item of the kind to a status.
  func bring(
    _ kind: String, to status: QueueItem.Status, rule: UniqueRule, key: String
  ) throws -> UniqueMoveState {
    var item = NewQueueItem(kind: kind)
    item.uniqueKey = key
    item.uniqueness = rule
    item.retryDelaySeconds = 0
    item.maxAttempts = 9
    item.leaseExpiry = kind.hasSuffix("ask") ? .ask : kind.hasSuffix("once") ? .fail : .retry
    if kind.contains("deadline") { item.deadlineAt = clock.now + .hours(1) }
    var state = UniqueMoveState(id: try queue.enqueue(item).id, kind: kind)
    func claim() throws {
      guard let found = try queue.claim(kinds: [kind], worker: "w").first else { throw Missing() }
      state.lease = found.lease
    }
    let failure = ItemFailure(message: "no")
    switch status {
    case .pending: break
    case .running: try claim()
    case .retrying:
      try claim()
      if kind.contains("late") {
        clock.advance(by: .seconds(31))
        try queue.rescueExpired()
      } else {
        try queue.fail(state.lease, error: failure)
      }
    case .parked:
      try claim()
      try queue.park(state.lease)
    case .paused:
      if kind.contains("parked") {
        try claim()
        try queue.park(state.lease)
      }
      if kind.contains("retrying") {
        try claim()
        try queue.fail(state.lease, error: failure)
      }
      try queue.pause(state.id)
    case .completed:
      try claim()
      try queue.complete(state.lease)
    case .failed:
      try claim()
      try queue.fail(state.lease, error: failure, retry: .never)
    case .cancelled: try queue.cancel(state.id)
    }
    return state
  }
}

extension UniqueMove {
  private static let failure = ItemFailure(message: "no")

  private static let claim: Step = { fixture, move in
    _ = try fixture.queue.claim(kinds: [move.kind], worker: "w")
  }

  private static let rescue: Step = { fixture, _ in
    fixture.clock.advance(by: .seconds(31))
    try fixture.queue.rescueExpired()
  }

  private static let expire: Step = { fixture, _ in
    fixture.clock.advance(by: .hours(2))
    try fixture.queue.expireOverdue()
  }

  private static let askToStop: Step = { fixture, move in try fixture.queue.cancel(move.id) }
  private static let pause: Step = { fixture, move in try fixture.queue.pause(move.id) }
  private static let resume: Step = { fixture, move in try fixture.queue.resume(move.id) }

  private static func settle(_ settlement: Settlement) -> Step {
    { fixture, move in
      let lease = move.lease
      _ = try fixture.store.write { try settlement.applyOrFail(to: lease, $0) }
    }
  }

  private static let claims = [
    UniqueMove("claim", .pending, .running, .held, act: claim),
    UniqueMove("claim retrying", .retrying, .running, .held, act: claim),
    UniqueMove("raw claim", .pending, .running, .refused) { fixture, move in
      _ = try fixture.store.write { transaction in
        try transaction.execute(
          sql: """
            UPDATE queue_items SET status = 'running', lease_token = randomblob(16),
              lease_expires_at = ?2, worker = 'raw', claimed_at = ?2 WHERE id = ?1
            """, move.id, transaction.now)
      }
    },
  ]

  private static let attempts = [
    UniqueMove("complete", .running, .completed) { try $0.queue.complete($1.lease) },
    UniqueMove("complete late", .retrying, .completed) { try $0.queue.complete($1.lease) },
    UniqueMove("fail", .running, .retrying, .superseded) {
      try $0.queue.fail($1.lease, error: failure)
    },
    UniqueMove("fail after", .running, .retrying, .superseded) {
      try $0.queue.fail($1.lease, error: failure, retry: .after(.seconds(1)))
    },
    UniqueMove("fail partly", .running, .retrying, .superseded) {
      try $0.queue.fail($1.lease, error: failure, remaining: .emptyArray)
    },
    UniqueMove("fail for good", .running, .failed) {
      try $0.queue.fail($1.lease, error: failure, retry: .never)
    },
    UniqueMove("fail when asked to stop", .running, .cancelled, prepare: askToStop) {
      try $0.queue.fail($1.lease, error: failure)
    },
    UniqueMove("stop", .running, .cancelled) { try $0.queue.cancelled($1.lease) },
    UniqueMove("snooze", .running, .pending, .superseded) {
      try $0.queue.snooze($1.lease, for: .seconds(1))
    },
    UniqueMove("release", .running, .pending, .superseded) { try $0.queue.release($1.lease) },
    UniqueMove("release when asked", .running, .cancelled, prepare: askToStop) {
      try $0.queue.release($1.lease)
    },
    UniqueMove("park", .running, .parked, .refused) { try $0.queue.park($1.lease) },
    UniqueMove("park by worker", .running, .parked, .superseded, act: settle(.park { _, _ in })),
    UniqueMove("snooze by worker", .running, .pending, .superseded, act: settle(.snooze(.zero))),
    UniqueMove("fail by worker", .running, .retrying, .superseded) {
      try settle(.fail(failure, .automatically))($0, $1)
    },
  ]

  private static let sweeps = [
    UniqueMove("rescue", .running, .retrying, .superseded, act: rescue),
    UniqueMove("rescue once", .running, .failed, act: rescue),
    UniqueMove("rescue ask", .running, .parked, .superseded, act: rescue),
    UniqueMove("rescue asked", .running, .cancelled, prepare: askToStop, act: rescue),
    UniqueMove("deadline pending", .pending, .failed, act: expire),
    UniqueMove("deadline running", .running, .failed, act: expire),
    UniqueMove("deadline retrying", .retrying, .failed, act: expire),
    UniqueMove("deadline parked", .parked, .failed, act: expire),
    UniqueMove("deadline paused", .paused, .failed, act: expire),
  ]

  private static let hands = [
    UniqueMove("pause", .pending, .paused, .refused, act: pause),
    UniqueMove("pause retrying", .retrying, .paused, .refused, act: pause),
    UniqueMove("pause parked", .parked, .paused, .refused, act: pause),
    UniqueMove("resume", .paused, .pending, .refused, act: resume),
    UniqueMove("resume retrying", .paused, .retrying, .refused, act: resume),
    UniqueMove("resume parked", .paused, .parked, .refused, act: resume),
    UniqueMove("unpark", .parked, .pending, .refused) { try $0.queue.unpark($1.id) },
    UniqueMove("fail parked", .parked, .failed) {
      try $0.queue.failParked($1.id, error: failure)
    },
    UniqueMove("complete parked", .parked, .completed) { try $0.queue.completeParked($1.id) },
    UniqueMove("cancel", .pending, .cancelled, act: askToStop),
    UniqueMove("cancel retrying", .retrying, .cancelled, act: askToStop),
    UniqueMove("cancel paused", .paused, .cancelled, act: askToStop),
    UniqueMove("cancel parked", .parked, .cancelled, act: askToStop),
    UniqueMove("retry", .failed, .pending, .refused) { try $0.queue.retry($1.id) },
    UniqueMove("retry cancelled", .cancelled, .pending, .refused) { try $0.queue.retry($1.id) },
    UniqueMove("retry all failed", .failed, .pending, .leftOut) { fixture, _ in
      try fixture.queue.retryFailed(in: "default", limit: 1000)
    },
    UniqueMove("redrive", .failed, .pending, .leftOut) { fixture, move in
      try fixture.queue.redrive(DeadItemFilter(kind: move.kind), limit: 1000)
    },
  ]

  static let all = claims + attempts + sweeps + hands
}
