import Backoffice
import BackofficeAnalytics
import BackofficeTestSupport
import BackofficeTesting
import Synchronization
import Testing

@Suite("A pack that uses the public API only")
struct PackTests {
  private let test: TestStore
  private var store: BackofficeStore { test.store }

  init() throws {
    test = try TestStore {
      $0.packs = [AnalyticsPack(), CampaignsPack()]
      $0.cipher = Shifting()
    }
  }

  @Test("Moves of its entities are history, and moves that it does not allow are refused")
  func history() throws {
    let spring = try store.campaigns.create("  Spring   sale ")
    #expect(spring.name == "Spring sale")
    try store.campaigns.move(spring.id, from: .draft, to: .running)
    #expect(throws: CampaignError.illegalMove(from: .running, to: .draft)) {
      try store.write { try $0.execute(sql: "UPDATE campaigns SET status = 'draft'") }
    }
    let rows = try store.history.timeline(of: spring.id, kind: .campaign).elements
    #expect(rows.map(\.to) == ["draft", "running"])
    #expect(try store.check() == [])
  }

  @Test("A move may be recorded for the past, and a stale one is refused")
  func backDating() throws {
    let start = test.clock.now
    let spring = try store.campaigns.create("Spring")
    test.clock.advance(by: .days(3))
    try store.campaigns.move(spring.id, from: .draft, to: .running, at: start + .days(1))
    let last = try #require(try store.history.lastChange(of: spring.id, kind: .campaign))
    #expect(last.at == start + .days(1))
    #expect(last.recordedAt == start + .days(3))
    #expect(throws: CampaignError.changedMeanwhile(spring.id)) {
      try store.campaigns.move(spring.id, from: .draft, to: .ended)
    }
    #expect(try store.check() == [])
  }

  @Test("Status and history agree after the clock went back, by a rule and by expectation")
  func clockWentBack() throws {
    let spring = try store.campaigns.create("Spring")
    let noon = test.clock.now
    test.clock.set(to: noon - .hours(2))
    try store.campaigns.move(spring.id, from: .draft, to: .running)
    #expect(try store.history.lastChange(of: spring.id, kind: .campaign)?.at == noon)

    let word = EntityKind(rawValue: "letter")
    let letter = try store.write { $0.makeID(AnyEntity.self) }
    test.clock.set(to: noon)
    try store.history.record(
      NewHistoryEntry(kind: word, entity: letter, status: "written"), expecting: .none)
    test.clock.set(to: noon - .hours(1))
    #expect(
      throws: HistoryError.statusMismatch(
        kind: word, entity: letter, expected: .none, found: "written")
    ) {
      try store.history.record(
        NewHistoryEntry(kind: word, entity: letter, status: "lost"), expecting: .none)
    }
    let sent = try store.history.record(
      NewHistoryEntry(kind: word, entity: letter, status: "sent"), expecting: .status("written"))
    #expect(sent.at == noon)
    #expect(try store.history.status(of: letter, kind: word) == "sent")
    #expect(try store.check() == [])
  }

  @Test("Conditions decide when a rule runs, and stamps are kept also for raw statements")
  func conditions() throws {
    let spring = try store.campaigns.create("Spring")
    let contact = try store.campaigns.add(to: spring.id)
    test.clock.advance(by: .minutes(1))
    try store.write { try $0.execute(sql: "UPDATE contacts SET due_at = due_at + 1") }
    #expect(try find(contact).doneCount == 0)
    #expect(try find(contact).updatedAt == test.clock.now)
    try store.campaigns.finish(contact.id)
    #expect(try find(contact).doneCount == 1)
  }

  @Test("Upkeep, schedules and settings of the pack run with those of the store")
  func upkeep() async throws {
    let spring = try store.campaigns.create("Spring")
    try store.settings.set(.contactDays, to: 2)
    try store.campaigns.move(spring.id, from: .draft, to: .running)
    let contact = try store.campaigns.add(to: spring.id)
    #expect(contact.dueAt == test.clock.now + .days(2))

    var handlers = JobHandlers()
    handlers.on(SendReport.self) { _, _ in }
    #expect(try await test.travel(.days(3), with: handlers).completed == 3)
    #expect(try store.campaigns.find(spring.id)?.overdue == 1)
    try store.campaigns.finish(contact.id)
    #expect(try store.campaigns.find(spring.id)?.overdue == 0)
    try await test.travel(.hours(2), with: handlers)
    #expect(try store.campaigns.find(spring.id)?.status == .ended)

    let state = try #require(try store.upkeep.list().first { $0.name == "campaigns.close" })
    #expect(state.lastFinishedAt != nil)
    #expect(state.lastError == nil)
    #expect(state.runCount > 1)
    #expect(try store.upkeep.run(.named(["campaigns.close"])).counts == ["campaigns.close": 0])
    #expect(try store.check() == [])
  }

  @Test("A worker runs the upkeep of the pack")
  func worker() async throws {
    let spring = try store.campaigns.create("Spring")
    try store.campaigns.move(spring.id, from: .draft, to: .running)
    var handlers = JobHandlers()
    handlers.on(SendReport.self) { _, _ in }
    let worker = try Worker(store, configuration: .init(name: "pack"), handlers: handlers)
    let changes = store.database.changes()
    let watch = Task { [store] in
      for await change in changes where change.concerns(["campaigns"]) {
        if try store.campaigns.find(spring.id)?.status == .ended { break }
      }
      worker.shutdown()
    }
    try await worker.run()
    try await watch.value
    #expect(try store.campaigns.find(spring.id)?.status == .ended)
  }

  @Test("A schedule that was changed or disabled stays so when the store is opened again")
  func schedules() throws {
    let file = try TemporaryFile()
    for opening in 0..<2 {
      let test = try TestStore(location: .file(file.path)) { $0.packs = [CampaignsPack()] }
      let schedule = try #require(try test.store.schedules.list().first)
      #expect(schedule.name == "campaigns.report")
      #expect(schedule.isEnabled == (opening == 0))
      try test.store.schedules.disable(schedule.id)
      test.store.close()
    }
  }

  @Test("Test stores copy one that was migrated once, so that a pack's migrations do not run again")
  func template() throws {
    for _ in 0..<50 {
      _ = try TestStore { $0.packs = [AnalyticsPack(), CampaignsPack(), CountedPack()] }
    }
    #expect(CountedPack.runs.load(ordering: .relaxed) == 1)
    #expect(try store.schedules.list().first?.nextRunAt == test.clock.now + .days(1))
  }

  @Test("Its lists have pages that inserted and deleted rows do not shift")
  func pages() throws {
    for number in 1...5 {
      try store.campaigns.create("\(number)")
      if number != 3 { test.clock.advance(by: .minutes(1)) }
    }
    var names: [String] = []
    var cursor: PageCursor?
    repeat {
      let page = try store.campaigns.list(before: cursor, limit: 2)
      names += page.elements.map(\.name)
      cursor = page.next
      try store.campaigns.create("late")
    } while cursor != nil
    #expect(names == ["5", "4", "3", "2", "1"])
  }

  @Test("A value that changes with time is checked for the instant for which it was computed")
  func time() throws {
    let spring = try store.campaigns.create("Spring")
    for _ in 0..<2 { try store.campaigns.add(to: spring.id) }
    test.clock.advance(by: .days(8))
    #expect(try store.check() == [])
    #expect(try store.campaigns.find(spring.id)?.overdue == 0)
    try store.upkeep.run()
    #expect(try store.campaigns.find(spring.id)?.overdue == 2)
    try store.write { try $0.execute(sql: "UPDATE campaigns SET overdue = 7") }
    #expect(try store.check().map(\.problem) == ["expected 2, found 7"])
    #expect(try store.rebuild() == ["campaigns.overdue": 1])
    #expect(try store.check() == [])
  }

  @Test("Its columns are sealed by the cipher of the store, each value for its entity")
  func cipher() throws {
    let spring = try store.campaigns.create("Spring")
    let contact = try store.campaigns.add(phone: "+4930123456", to: spring.id)
    #expect(try store.campaigns.phone(of: contact.id) == "+4930123456")
    #expect(contact.phone?.keyID == "test")
    let plain = try TestStore { $0.packs = [CampaignsPack()] }
    let autumn = try plain.store.campaigns.create("Autumn")
    #expect(throws: CipherError.self) {
      try plain.store.campaigns.add(phone: "1", to: autumn.id)
    }
  }

  @Test("Opening the store throws the errors of its migrations")
  func throwingMigrations() {
    struct Broken: StorePack {
      let name = "broken"
      var migrations: [MigrationPack] { get throws { throw CampaignError.emptyName } }
    }
    #expect(throws: CampaignError.emptyName) { try BackofficeStore(.memory, packs: [Broken()]) }
  }

  @Test("Analytics counts moves and statuses of its entities by owner")
  func analytics() throws {
    let owners: [ID<AnyEntity>] = try store.write { [$0.makeID(), $0.makeID()] }
    for (name, owner) in [("a", owners[0]), ("b", owners[0]), ("c", owners[1])] {
      try store.campaigns.create(name, owner: owner)
    }
    for campaign in try store.campaigns.list().elements where campaign.name != "b" {
      try store.campaigns.move(campaign.id, from: .draft, to: .running)
    }
    let analytics = store.analytics
    let moves = try analytics.transitions(.campaign, owner: owners[0])
    #expect(moves.map { "\($0.count) from \($0.from) to \($0.to)" } == ["1 from draft to running"])
    #expect(try analytics.transitions(.campaign, owner: .zero).isEmpty)
    #expect(
      try analytics.statusCounts(.campaign, owner: owners[1]).map(\.status) == ["running"])
    #expect(
      try analytics.statusCountsByOwner(.campaign)
        == [owners[0]: ["draft": 1, "running": 1], owners[1]: ["running": 1]])
    #expect(try store.check() == [])
  }

  @Test("A raw write of one statement needs no type, in strict settings")
  func rawWrites() throws {
    try store.campaigns.create("Spring")
    try store.write { try $0.execute(sql: "UPDATE campaigns SET name = 'x'") }
    let count = try store.write { try $0.execute(sql: "UPDATE campaigns SET name = ?", "y") }
    #expect(count == 1)
    // Only typed writes run `before` rules.
    try store.write { try $0.execute(sql: "UPDATE campaigns SET name = ''") }
    var campaign = try #require(try store.campaigns.list().elements.first)
    campaign.overdue = 0
    let unnamed = campaign
    #expect(throws: CampaignError.emptyName) { try store.write { try $0.update(unnamed) } }
  }

  @Test("A setting has its default until it is set, and again when it is set to nil")
  func settings() throws {
    #expect(try store.settings.value(of: .contactDays) == 7)
    try store.settings.set(.contactDays, to: 14)
    #expect(try store.read { try $0.settings.value(of: .contactDays) } == 14)
    try store.settings.set(.contactDays, to: nil)
    #expect(try store.settings.value(of: .contactDays) == 7)
  }

  @Test("A program without the pack reads its file, and writes to it only if that is allowed")
  func unknownPack() throws {
    let file = try TemporaryFile()
    let full = try TestStore(location: .file(file.path)) { $0.packs = [CampaignsPack()] }
    try full.store.campaigns.create("Spring")
    full.store.close()

    #expect(throws: MigrationError.unknownPack("campaigns")) {
      try BackofficeStore(.file(file.path))
    }
    let reading = try BackofficeStore(.readOnly(file.path))
    #expect(reading.unknownPacks == ["campaigns"])
    #expect(try reading.check() == [])
    #expect(try reading.schedules.list().map(\.name) == ["campaigns.report"])
    #expect(throws: StorageError.readOnlyStore) {
      try reading.queue.enqueue(NewQueueItem(kind: "mail"))
    }
    reading.close()

    var configuration = BackofficeStore.Configuration()
    configuration.unknownPacks = .allow
    let writing = try BackofficeStore(.file(file.path), configuration: configuration)
    #expect(writing.unknownPacks == ["campaigns"])
    try writing.queue.enqueue(NewQueueItem(kind: "mail"))
  }

  private func find(_ contact: Contact) throws -> Contact {
    try #require(try store.read { try Contact.find(contact.id, in: $0) })
  }
}

/// A pack that counts how often its migration runs.
private struct CountedPack: StorePack {
  static let runs = Atomic<Int>(0)
  let name = "counted"
  var migrations: [MigrationPack] {
    get throws {
      [
        try MigrationPack(
          "counted",
          [Migration(version: 1, name: "count") { _ in Self.runs.add(1, ordering: .relaxed) }])
      ]
    }
  }
}

/// A cipher that does not encrypt; tests check its calls.
private struct Shifting: StoreCipher {
  let keyID = "test"

  func seal(_ bytes: [UInt8], for entity: EntityReference) throws -> [UInt8] {
    bytes.map { $0 &+ UInt8(truncatingIfNeeded: entity.id.low) }
  }

  func open(_ sealed: [UInt8], keyID: String, for entity: EntityReference) throws -> [UInt8] {
    sealed.map { $0 &- UInt8(truncatingIfNeeded: entity.id.low) }
  }
}
