import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  static let usageOperations: [Operation] = [
    Operation("credits.grant", 4) { history, transaction in
      try transaction.credits.grant(
        history.below(30), to: try history.customer(),
        key: history.below(3) == 0 ? "grant \(history.below(40))" : nil)
    },
    Operation("credits.adjust", 2) { history, transaction in
      try transaction.credits.adjust(
        by: history.below(20) - 10, of: try history.customer(), reason: "goodwill")
    },
    Operation("usage.record", 10) { history, transaction in
      let meters: [Meter] = ["calls", "pages", "bytes"]
      let isLate = history.below(3) == 0
      let event = UsageEvent(
        key: "use \(history.world.serial)", customerID: try history.customer(),
        meter: meters[history.below(3)], quantity: history.below(9) - 1,
        amount: history.below(3) == 0 ? Money(minorUnits: 25, currency: .usd) : nil,
        at: isLate ? transaction.now - .seconds(history.below(3_000_000)) : nil)
      guard try transaction.usage.record(event) == .recorded else { throw Idle() }
      history.world.usage.append(event)
    },
    Operation("usage.again", 3) { history, transaction in
      let event = try history.any(history.world.usage)
      guard try transaction.usage.record(event) == .duplicate else {
        throw Unexpected(what: "a second event \(event.key) was not a duplicate")
      }
    },
    Operation("usage.consume", 6) { history, transaction in
      let answer = try transaction.usage.consume(
        UsageEvent(
          key: "consume \(history.world.serial)", customerID: try history.customer(),
          meter: "calls", quantity: 1 + history.below(4)),
        limit: 60, per: history.below(2) == 0 ? .month : .day)
      guard case .consumed = answer else { throw Idle() }
    },
    Operation("usage.limit", 1) { history, transaction in
      _ = try transaction.usage.setLimit(
        history.below(90), of: "pages", for: try history.customer())
    },
  ]

  static let historyOperations: [Operation] = [
    Operation("history.record", 6) { history, transaction in
      let states = ["new", "open", "waiting", "solved", "closed"]
      let ticket = try history.any(history.world.tickets)
      _ = try transaction.history.record(
        NewHistoryEntry(
          kind: EntityKind(rawValue: "ticket"), entity: ticket,
          status: states[history.below(states.count)]))
    },
    Operation("history.append", 3) { history, transaction in
      let states = ["new", "open", "waiting", "solved", "closed"]
      let entries = try (0..<(1 + history.below(4))).map { _ in
        NewHistoryEntry(
          kind: EntityKind(rawValue: "ticket"), entity: try history.any(history.world.tickets),
          status: states[history.below(states.count)],
          owner: ID(retyping: try history.any(history.world.staff)),
          at: transaction.now - .seconds(history.below(5_000_000)))
      }
      _ = try transaction.history.append(entries)
    },
    Operation("audit.record", 4) { history, transaction in
      _ = try transaction.audit.record(NewAuditEntry(action: "looked"))
    },
  ]

  /// The store answered what it must not.
  struct Unexpected: Error {
    let what: String
  }
}
