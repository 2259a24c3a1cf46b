import BackofficeTestSupport
import Testing

@testable import BackofficeQueue

@Suite("Kinds, refusals and sealed payloads")
struct QueuePolicyTests {
  @Test("Items follow their own settings and the policy of their kind")
  func kinds() throws {
    let fixture = try QueueFixture()
    var policy = KindPolicy("work")
    policy.maxAttempts = 2
    policy.maxRescues = 1
    policy.retryDelaySeconds = 10
    policy.backOff = BackOff(.linear, capSeconds: 15, jitterPercent: 0)
    policy.runLimitSeconds = 60
    policy.leaseExpiry = .fail
    try fixture.queues.declare([policy, KindPolicy("other")])
    #expect(try fixture.queues.kinds() == [KindPolicy("other"), policy])
    let item = try fixture.item(try fixture.enqueue())
    #expect(try fixture.queue.policy(of: item.id) == policy.policy)
    let own = try fixture.item(
      try fixture.enqueue {
        $0.maxAttempts = 7
        $0.leaseExpiry = .retry
        $0.backOff = BackOff(.constant)
      })
    let special = try #require(try fixture.queue.policy(of: own.id))
    #expect(special.maxAttempts == 7 && special.leaseExpiry == .retry)
    #expect(special.backOff.growth == .constant && special.maxRescues == 1)
    let lease = try #require(try fixture.claim()).lease
    let outcome = try fixture.queue.fail(lease, error: ItemFailure(message: "no"))
    #expect(outcome == .retrying(at: fixture.clock.now + .seconds(10)))
  }

  @Test("A09 if only declared kinds are accepted, enqueueing another kind throws")
  func closed() throws {
    let fixture = try QueueFixture()
    try fixture.queues.declare([KindPolicy("work")])
    try fixture.queues.acceptOnlyDeclaredKinds()
    try fixture.enqueue()
    #expect(throws: QueueError.unknownKind("other")) {
      try fixture.queue.enqueue([NewQueueItem(kind: "work"), NewQueueItem(kind: "other")])
    }
    #expect(try fixture.queues.depth() == 1)
    try fixture.queues.acceptOnlyDeclaredKinds(false)
    try fixture.enqueue { $0.kind = "other" }
  }

  @Test("C04 delays keep their bounds for every growth and any number of retries")
  func growth() {
    let linear = BackOff(.linear, capSeconds: 100, jitterPercent: 50)
    #expect(linear.delay(baseSeconds: 30, retries: 0, chance: 0) == .seconds(30))
    #expect(linear.delay(baseSeconds: 30, retries: 2, chance: 0) == .seconds(90))
    #expect(linear.delay(baseSeconds: 30, retries: .max, chance: 1) == .seconds(150))
    let constant = BackOff(.constant, capSeconds: 10)
    #expect(constant.delay(baseSeconds: .max, retries: 3, chance: 0) == .seconds(10))
    let slow = BackOff(factorPercent: 101, capSeconds: .max, jitterPercent: 0)
    #expect(slow.delay(baseSeconds: 1, retries: .max, chance: 0) == .days(3653))
    let random = RandomSource.seeded(3)
    for growth in BackOff.Growth.allCases {
      for _ in 0..<200 {
        let backOff = BackOff(
          growth, factorPercent: 100 + random.next(below: 900),
          capSeconds: random.next(below: 1_000_000), jitterPercent: random.next(below: 101))
        let delay = backOff.delay(
          baseSeconds: random.next(below: 1_000_000), retries: random.next(below: 50),
          chance: random.unit())
        #expect(delay >= .zero && delay <= .seconds(2 * backOff.capSeconds))
      }
    }
  }

  @Test("C01 the retry is never due before the failure, within the documented jitter")
  func jitter() throws {
    let fixture = try QueueFixture()
    for _ in 0..<50 {
      let lease = try fixture.running { $0.retryDelaySeconds = 100 }
      let outcome = try fixture.queue.fail(lease, error: ItemFailure(message: "no"))
      guard case .retrying(let dueAt) = outcome else { throw QueueFixture.Missing() }
      let delay = dueAt - fixture.clock.now
      #expect(delay >= .seconds(100) && delay <= .seconds(110))
    }
  }

  @Test(
    "H07 what is out of range is refused at enqueue, by field, and nothing is stored",
    arguments: [
      "queue", "kind", "priority", "uniqueKey", "limitKey", "cost", "maxAttempts",
      "maxRescues", "retryDelaySeconds", "runLimitSeconds", "dueAt", "past", "deadlineAt",
      "payload", "backOff.factorPercent", "uniqueness.window", "throttle.key",
    ])
  func refusals(field: String) throws {
    let fixture = try QueueFixture()
    var item = NewQueueItem(kind: "work")
    var expected = field
    switch field {
    case "queue": item.queue = ""
    case "kind": item.kind = ""
    case "priority": item.priority = 6
    case "uniqueKey": item.uniqueKey = ""
    case "limitKey": item.limitKey = ""
    case "cost": item.cost = -1
    case "maxAttempts": item.maxAttempts = 0
    case "maxRescues": item.maxRescues = -1
    case "retryDelaySeconds": item.retryDelaySeconds = .max
    case "runLimitSeconds": item.runLimitSeconds = 0
    case "dueAt": item.dueAt = fixture.clock.now + .days(4000)
    case "past":
      item.dueAt = Timestamp(microseconds: -1)
      expected = "dueAt"
    case "deadlineAt": item.deadlineAt = fixture.clock.now
    case "payload":
      item.payload = try JSONText("\"\(String(repeating: "x", count: 1 << 20))\"")
    case "backOff.factorPercent": item.backOff = BackOff(factorPercent: 99)
    case "uniqueness.window": item.uniqueness.window = .zero
    default: item.throttle = Throttle("", per: .seconds(1))
    }
    let error = #expect(throws: QueueError.self) { try fixture.queue.enqueue(item) }
    guard case .invalid(let found, _) = error else { throw QueueFixture.Missing() }
    #expect(found == expected)
    #expect(try fixture.queues.depth() == 0)
  }

  @Test("H09 a queue accepts exactly its limit of items, and rejects the rest")
  func capacity() throws {
    let fixture = try QueueFixture()
    try fixture.queues.configure(QueueSettings(maxWaiting: 3))
    try fixture.enqueue()
    #expect(throws: QueueError.queueFull("default", limit: 3)) {
      try fixture.queue.enqueue((0..<3).map { _ in NewQueueItem(kind: "work") })
    }
    #expect(try fixture.queues.depth() == 1)
    for _ in 0..<2 { try fixture.enqueue() }
    #expect(throws: QueueError.queueFull("default", limit: 3)) { try fixture.enqueue() }
    try fixture.enqueue { $0.queue = "other" }
    _ = try fixture.claim()
    try fixture.enqueue()
    #expect(throws: QueueError.self) { try fixture.enqueue() }
  }

  /// A cipher for tests, which protects nothing.
  private struct Reversing: StoreCipher {
    let keyID: String
    struct UnknownKey: Error {}

    func seal(_ bytes: [UInt8], for entity: EntityReference) throws -> [UInt8] { bytes.reversed() }

    func open(_ sealed: [UInt8], keyID: String, for entity: EntityReference) throws -> [UInt8] {
      guard keyID == self.keyID else { throw UnknownKey() }
      return sealed.reversed()
    }
  }

  @Test("With a cipher the file contains sealed payloads, and workers receive them opened")
  func sealed() throws {
    try TemporaryStore.with { path in
      var configuration = BackofficeStore.Configuration()
      configuration.cipher = Reversing(keyID: "k1")
      let secret = try JSONText(#"{"secret":"open sesame"}"#)
      let first: ID<QueueItem>
      do {
        let store = try BackofficeStore(.file(path), packs: [], configuration: configuration)
        defer { store.close() }
        first = try store.queue.enqueue(NewQueueItem(kind: "work", payload: secret)).id
        try store.queue.enqueue(NewQueueItem(kind: "work", payload: secret))
        let item = try #require(try store.queue.find(first))
        #expect(item.payloadKey == "k1" && !item.payload.text.contains("sesame"))
        #expect(try store.queue.payload(of: item) == secret)
        let claimed = try store.queue.claim(worker: "w")
        #expect(claimed.map(\.item.payload) == [secret])
      }
      // Without the key the item is handed out as it is, and the rest of the queue lives on.
      configuration.cipher = nil
      let store = try BackofficeStore(.file(path), packs: [], configuration: configuration)
      defer { store.close() }
      let claimed = try #require(try store.queue.claim(worker: "w").first)
      #expect(claimed.item.payloadKey == "k1")
      #expect(throws: QueueError.payloadSealed(item: claimed.item.id, key: "k1")) {
        try store.queue.payload(of: claimed.item)
      }
    }
  }
}
