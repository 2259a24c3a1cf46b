import Backoffice
import Testing

@Suite("Orders of provider events")
struct EventOrderTests {
  private static let start = CustomersFixture.start

  /// The events of a month: a first payment, a failed renewal, its payment, and a last word.
  private static func month(
    last: (kind: ProviderEvent.Kind, status: SubscriptionStatus?)
  ) throws -> [ProviderEvent] {
    let first = BillingPeriod(start: start, end: start + .days(28))
    let second = BillingPeriod(start: start + .days(28), end: start + .days(59))
    func event(
      _ number: Int, _ kind: ProviderEvent.Kind, day: Int, period: BillingPeriod? = nil,
      status: SubscriptionStatus? = nil, tier: SubscriptionTier? = nil
    ) -> ProviderEvent {
      var event = ProviderEvent(
        id: "evt_\(number)", kind: kind, occurredAt: start + .days(day) + .seconds(number),
        subscriptionID: "sub_1")
      event.period = period
      event.status = status
      event.tier = tier
      return event
    }
    return [
      event(1, .updated, day: 0, period: first, status: .incomplete, tier: .pro),
      event(2, .activated, day: 0, period: first),
      event(3, .renewed, day: 28, period: second),
      event(4, .paymentFailed, day: 28),
      event(5, .paymentSucceeded, day: 29, period: second, tier: .enterprise),
      event(
        6, last.kind, day: 30, period: last.kind == .updated ? second : nil, status: last.status),
    ]
  }

  private struct End: Hashable {
    let status: SubscriptionStatus
    let tier: SubscriptionTier
    let period: BillingPeriod?
    let anchor: Timestamp?
    let isEnding: Bool
    let remaining: Int
  }

  @Test(
    "14.2 The events of a month end in one state in all orders of six, with duplicates",
    arguments: [0, 1, 2, 3])
  func orders(ending: Int) throws {
    let last: (ProviderEvent.Kind, SubscriptionStatus?) = [
      (.updated, .active), (.cancelled, nil), (.updated, .unpaid), (.paymentFailed, nil),
    ][ending]
    let events = try Self.month(last: (kind: last.0, status: last.1))
    let fixture = try CustomersFixture()
    fixture.clock.set(to: Self.start + .days(31))
    let id = try fixture.ada(tier: nil).id
    try fixture.subscriptions.openIncomplete(for: id, tier: .basic)
    _ = try fixture.store.write { transaction in
      try transaction.execute(
        sql: "UPDATE subscription_facts SET at = ?", Self.start - .days(1))
    }
    try fixture.subscriptions.link(id, providerSubscriptionID: "sub_1")
    struct Undo: Error {}
    var ends: Set<End> = []
    var order = Array(0..<6)
    func run() throws {
      do {
        try fixture.store.write { transaction in
          let subscriptions = transaction.subscriptions
          for position in order {
            _ = try subscriptions.applyProviderEvent(events[position])
            _ = try subscriptions.applyProviderEvent(events[order[0]])
          }
          let found = try transaction.subscription(of: id)
          ends.insert(
            try End(
              status: found.status, tier: found.tier, period: found.period,
              anchor: found.billingAnchorAt, isEnding: found.cancelAtPeriodEnd,
              remaining: transaction.credits.balance(of: id).remaining))
          throw Undo()
        }
      } catch is Undo {}
    }
    // Heap's algorithm.
    var counters = Array(repeating: 0, count: 6)
    try run()
    var index = 0
    while index < 6 {
      if counters[index] < index {
        order.swapAt(index % 2 == 0 ? 0 : counters[index], index)
        try run()
        counters[index] += 1
        index = 0
      } else {
        counters[index] = 0
        index += 1
      }
    }
    #expect(ends.count == 1, "\(ends)")
  }
}
