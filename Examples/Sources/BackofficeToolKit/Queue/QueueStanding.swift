import Backoffice
import ExampleSupport

/// The state of a queue, as the command prints it.
struct QueueStanding: Codable, Hashable, Sendable {
  let queue: String
  let at: String
  let isPaused: Bool
  let ready: Int
  let pending: Int
  let retrying: Int
  let running: Int
  let parked: Int
  let paused: Int
  /// Of the last 24 hours.
  let completed: Int
  let failed: Int
  let cancelled: Int
  let failurePercent: Double?
  let oldestReadySeconds: Double?
  let meanProcessingSeconds: Double?

  init(_ statistics: QueueStatistics) {
    queue = statistics.queue
    at = "\(statistics.at)"
    isPaused = statistics.isPaused
    ready = statistics.ready
    pending = statistics.pending
    retrying = statistics.retrying
    running = statistics.running
    parked = statistics.parked
    paused = statistics.paused
    completed = statistics.recent.completed
    failed = statistics.recent.failed
    cancelled = statistics.recent.cancelled
    let ended = Double(completed) + Double(failed)
    failurePercent =
      ended <= 0 ? nil : (Double(failed) / ended * 10_000).rounded(.down) / 100
    oldestReadySeconds = statistics.oldestReadyAge.map { Double($0.microseconds) / 1_000_000 }
    meanProcessingSeconds = statistics.recent.meanProcessing.map {
      Double($0.microseconds) / 1_000_000
    }
  }

  /// Every queue with items or settings.
  static func all(_ store: BackofficeStore, only name: String? = nil) throws -> [QueueStanding] {
    let names: [String] =
      if let name {
        [name]
      } else {
        try store.read { transaction in
          try transaction.fetchAll(sql: QueueOption.names) { try $0.value(at: 0) }
        }
      }
    return try names.map { QueueStanding(try store.queues.statistics($0)) }
  }

  static func table(_ standings: [QueueStanding]) -> [String] {
    var table = TextTable(
      .text("Queue"), .number("Ready"), .number("Waiting"), .number("Running"),
      .number("Parked"), .number("Paused"), .number("Done 24 h"), .number("Failed"),
      .text("Oldest"), .text(""))
    for standing in standings {
      table.add(
        .init(standing.queue), .init(standing.ready),
        .init(standing.pending &+ standing.retrying), .init(standing.running),
        .init(standing.parked), .init(standing.paused), .init(standing.completed),
        .init(standing.failed, standing.failed > 0 ? .bad : .plain),
        .init(
          standing.oldestReadySeconds.map { seconds in
            Human.duration(seconds: Human.whole(seconds))
          } ?? "—"),
        .init(standing.isPaused ? "paused" : "", .notable))
    }
    return table.lines()
  }
}

/// An item in a list.
struct ItemLine: Codable, Hashable, Sendable {
  let id: String
  let queue: String
  let kind: String
  let status: String
  let priority: Int
  let attempts: Int
  let dueAt: String
  let error: String?

  init(_ item: QueueItem) {
    id = "\(item.id)"
    queue = item.queue
    kind = item.kind
    status = item.status.rawValue
    priority = item.priority
    attempts = item.attempts.charged
    dueAt = "\(item.dueAt)"
    error = item.errorMessage
  }
}

/// An item with all its fields.
struct ItemDetail: Codable, Hashable, Sendable {
  struct Attempt: Codable, Hashable, Sendable {
    let number: Int
    let worker: String
    let claimedAt: String
    let seconds: Double?
    let outcome: String?
    let error: String?
    let result: JSONDocument?
  }

  let item: ItemLine
  let payload: JSONDocument
  let result: JSONDocument?
  let tags: [String]
  let progress: Int
  let step: String?
  let createdAt: String
  let finishedAt: String?
  let attempts: [Attempt]

  init(_ item: QueueItem, attempts: [QueueAttempt]) {
    self.item = ItemLine(item)
    payload = JSONDocument(item.payload.text)
    result = item.result.map { JSONDocument($0.text) }
    tags = item.tags
    progress = item.progress.percent
    step = item.progress.step
    createdAt = "\(item.times.createdAt)"
    finishedAt = item.times.finishedAt.map { "\($0)" }
    self.attempts = attempts.map { attempt in
      Attempt(
        number: attempt.number, worker: attempt.worker, claimedAt: "\(attempt.claimedAt)",
        seconds: attempt.duration.map { Double($0.microseconds) / 1_000_000 },
        outcome: attempt.outcome?.rawValue, error: attempt.errorMessage,
        result: attempt.result.map { JSONDocument($0.text) })
    }
  }

  var fields: [(String, String)] {
    [
      ("item", item.id), ("queue", item.queue), ("kind", item.kind), ("status", item.status),
      ("priority", "\(item.priority)"), ("due", item.dueAt), ("created", createdAt),
      ("finished", finishedAt ?? "—"), ("progress", "\(progress) % \(step ?? "")"),
      ("payload", payload.text), ("result", result?.text ?? "—"), ("error", item.error ?? "—"),
      ("tags", tags.joined(separator: ", ")),
    ]
  }
}

extension QueueItem.Status {
  var paint: Paint {
    switch self {
    case .completed: .good
    case .failed: .bad
    case .running: .accent
    case .retrying, .parked, .paused: .notable
    default: .plain
    }
  }
}
