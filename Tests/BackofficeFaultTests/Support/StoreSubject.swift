import Backoffice
import BackofficeAnalytics

/// A whole back office.
struct StoreSubject: Subject {
  let store: BackofficeStore

  static func open(_ place: Workplace) throws -> StoreSubject {
    var configuration = BackofficeStore.Configuration()
    configuration.database = place.configuration()
    configuration.packs = [AnalyticsPack()]
    return StoreSubject(
      store: try BackofficeStore(.file(place.path), configuration: configuration))
  }

  func probe() throws {
    _ = try store.read { transaction in
      try transaction.fetchOne(sql: "SELECT count(*) FROM customers") {
        try $0.value(at: 0, as: Int.self)
      }
    }
    do {
      try store.write { transaction in
        _ = try transaction.customers.create(
          NewCustomer(fullName: "Probe", email: "probe@example.com", tier: .basic))
        throw Undo()
      }
    } catch is Undo {
      // As meant.
    }
    guard try store.customers.find(email: "probe@example.com") == nil else {
      throw ProbeFailure(before: 0, after: 1)
    }
  }

  func findings() throws -> [String] { try store.check().map(\.description) }

  func close() { store.close() }
}

extension Scenario {
  /// Work on a store that `prepare` has filled.
  static func store(
    _ name: String, prepare: @escaping @Sendable (BackofficeStore) throws -> Void = fill,
    _ work: @escaping @Sendable (BackofficeStore, Workplace) throws -> Void
  ) -> Scenario {
    Scenario(
      name: name,
      prepare: { place in
        let subject = try StoreSubject.open(place)
        try prepare(subject.store)
        subject.close()
      },
      open: { try StoreSubject.open($0) },
      work: { subject, place in
        guard let subject = subject as? StoreSubject else { throw WrongSubject() }
        try work(subject.store, place)
      })
  }

  /// A small office at work: customers, a batch of items of which some run, a directory, people.
  static func fill(_ store: BackofficeStore) throws {
    let directory = try store.directories.create(
      NewDirectory(name: "Listings", website: "https://listings.example"))
    _ = try store.assistants.create(
      NewAssistant(
        handle: "ada", name: "Ada", email: "ada@example.com",
        skills: Set(ActionKindDefinition.directoryChores.map(\.name)),
        zone: .utc, workingHours: .always))
    for index in 0..<4 {
      let customer = try store.customers.create(
        NewCustomer(
          fullName: "Customer \(index)", email: "customer\(index)@example.com", tier: .pro))
      let batch = try store.batches.create(
        NewBatch(name: "Batch \(index)", customerID: customer.id))
      try store.batches.enqueue(
        (0..<6).map { NewQueueItem(kind: "kind \($0 % 2)") }, into: batch.id)
      _ = try store.submissions.create(
        NewSubmission(customer: customer.id, directory: directory.id))
      _ = try store.actions.create(
        NewAction(.captchaSolving, title: "Solve it", customerID: customer.id))
    }
    _ = try store.queue.claim(4, worker: "worker", lease: .seconds(400_000))
    // One more, whose worker is gone when the work begins.
    _ = try store.queue.claim(1, kinds: ["kind 1"], worker: "dead", lease: .seconds(30))
  }
}

extension BackofficeStore {
  /// The id of the row at a place of a table, so that a scenario finds what its preparation made.
  func id<Entity>(_ table: String, _ place: Int = 0) throws -> ID<Entity> {
    let id = try read { transaction in
      try transaction.fetchOne(
        sql: "SELECT id FROM \(table) ORDER BY pk LIMIT 1 OFFSET ?", place
      ) { try $0.value(at: 0, as: ID<Entity>.self) }
    }
    guard let id else { throw WrongSubject() }
    return id
  }

  /// The leases of the items that run, in the order in which they were made.
  func leases() throws -> [Lease] {
    try read { transaction in
      try transaction.fetchAll(
        sql: """
          SELECT id, lease_token FROM queue_items WHERE status = 'running' AND worker = 'worker'
          ORDER BY pk
          """
      ) { Lease(item: try $0.value(at: 0), token: try $0.value(at: 1)) }
    }
  }
}
