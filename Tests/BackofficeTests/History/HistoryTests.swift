import Backoffice
import Testing

@Suite("History")
struct HistoryTests {
  @Test("A row is appended if the status is the expected one, and its previous status is known")
  func records() throws {
    let fixture = try HistoryFixture()
    let history = fixture.store.acting(as: Principal(kind: .staff, id: "s1")).history
    try history.record(
      NewHistoryEntry(kind: ticket, entity: entity(1), status: "new"), expecting: .none)
    fixture.clock.advance(by: .hours(2))
    let row = try history.record(
      NewHistoryEntry(kind: ticket, entity: entity(1), status: "open", reason: "called"),
      expecting: .status("new"))
    #expect(row.from == "new")
    #expect(row.to == "open")
    #expect(row.reason == "called")
    #expect(row.actor == Principal(kind: .staff, id: "s1"))
    #expect(row.at == fixture.clock.now)
    let timeline = try fixture.store.history.timeline(of: entity(1), kind: ticket)
    #expect(timeline.elements.map(\.to) == ["new", "open"])
    #expect(timeline.elements.first?.from == nil)
    #expect(timeline.next == nil)
  }

  @Test("An unexpected status throws a typed error and changes nothing")
  func compareAndSet() throws {
    let fixture = try HistoryFixture()
    let history = fixture.store.history
    try history.record(NewHistoryEntry(kind: ticket, entity: entity(1), status: "new"))
    let next = NewHistoryEntry(kind: ticket, entity: entity(1), status: "closed")
    let error = #expect(throws: HistoryError.self) {
      try history.record(next, expecting: .status("open"))
    }
    #expect(
      error?.description
        == "ticket \(entity(1)) was expected to have status open but has status new; "
        + "read it again before you retry")
    #expect(throws: HistoryError.self) { try history.record(next, expecting: .none) }
    #expect(
      throws: HistoryError.statusMismatch(
        kind: ticket, entity: entity(2), expected: .status("new"), found: nil)
    ) {
      try history.record(
        NewHistoryEntry(kind: ticket, entity: entity(2), status: "x"), expecting: .status("new"))
    }
    #expect(try history.timeline(of: entity(1), kind: ticket).elements.count == 1)
  }

  @Test("An unchanged status, an empty status and details that are not an object are refused")
  func refusals() throws {
    let fixture = try HistoryFixture()
    let history = fixture.store.history
    let first = NewHistoryEntry(kind: ticket, entity: entity(1), status: "new")
    try history.record(first)
    #expect(
      throws: HistoryError.unchanged(kind: ticket, entity: entity(1), status: "new")
    ) { try history.record(first) }
    #expect(throws: HistoryError.emptyStatus(entity: entity(1))) {
      try history.record(NewHistoryEntry(kind: ticket, entity: entity(1), status: ""))
    }
    #expect(throws: HistoryError.emptyKind) {
      try history.record(
        NewHistoryEntry(kind: EntityKind(rawValue: ""), entity: entity(1), status: "a"))
    }
    #expect(throws: HistoryError.detailsNotAnObject(entity: entity(1))) {
      try history.append([
        NewHistoryEntry(kind: ticket, entity: entity(1), status: "a"),
        NewHistoryEntry(kind: ticket, entity: entity(1), status: "b", details: .emptyArray),
      ])
    }
    let many = Array(repeating: first, count: History.appendLimit + 1)
    #expect(
      throws: HistoryError.tooManyEntries(count: many.count, limit: History.appendLimit)
    ) { try history.append(many) }
    #expect(try history.timeline(of: entity(1), kind: ticket).elements.count == 1)
  }

  @Test("Rows cannot be changed or deleted, and are kept when their entity is deleted")
  func appendOnly() throws {
    let fixture = try HistoryFixture()
    let store = fixture.store
    try store.history.record(NewHistoryEntry(kind: ticket, entity: entity(1), status: "new"))
    for sql in ["UPDATE status_history SET to_status = 'x'", "DELETE FROM status_history"] {
      #expect(throws: SQLiteError.self) {
        try store.write { transaction in _ = try transaction.execute(sql: sql) }
      }
    }
    #expect(try store.history.status(of: entity(1), kind: ticket) == "new")
    #expect(try store.check().isEmpty)
  }

  @Test("An imported log is ordered by time, then by position, and may repeat a status")
  func append() throws {
    let fixture = try HistoryFixture()
    let history = fixture.store.history
    let noon = try time("2026-02-01T12:00:00Z")
    func row(_ status: String, _ minutes: Int) -> NewHistoryEntry {
      NewHistoryEntry(
        kind: ticket, entity: entity(1), status: status, at: noon + .minutes(minutes))
    }
    let count = try history.append([
      row("new", 0), row("closed", 30), row("new", 0), row("open", 10), row("open", 20),
      row("solved", 30),
    ])
    #expect(count == 6)
    let rows = try history.timeline(of: entity(1), kind: ticket).elements
    #expect(rows.map(\.to) == ["new", "new", "open", "open", "closed", "solved"])
    #expect(rows.map(\.from) == [nil, "new", "new", "open", "open", "closed"])
  }

  @Test("The status at a moment includes rows of that moment, and late rows at their time")
  func asOf() throws {
    let fixture = try HistoryFixture()
    let history = fixture.store.history
    let noon = try time("2026-02-01T12:00:00Z")
    func row(_ status: String, _ minutes: Int) -> NewHistoryEntry {
      NewHistoryEntry(
        kind: ticket, entity: entity(1), status: status, at: noon + .minutes(minutes))
    }
    try history.append([row("a", 0), row("c", 20)])
    try history.append([row("b", 10)])
    func status(_ minutes: Int) throws -> String? {
      try history.status(of: entity(1), kind: ticket, asOf: noon + .minutes(minutes))
    }
    let found = try [-1, 0, 9, 10, 19, 20, 99].map(status)
    #expect(found == [nil, "a", "a", "b", "b", "c", "c"])
    #expect(try history.status(of: entity(1), kind: ticket) == "c")
    #expect(try history.status(of: entity(1), kind: .customer) == nil)
    #expect(try history.lastChange(of: entity(1), kind: ticket)?.at == noon + .minutes(20))
    // The expectation applies to the row's moment.
    #expect(throws: HistoryError.self) {
      try history.record(row("d", 15), expecting: .status("c"))
    }
    try history.record(row("d", 15), expecting: .status("b"))
    #expect(try status(19) == "d")
  }

  @Test("The time in a status is the sum of all stays, the last one up to the given moment")
  func durations() throws {
    let fixture = try HistoryFixture()
    let history = fixture.store.history
    let noon = try time("2026-02-01T12:00:00Z")
    try history.append(
      [("a", 0), ("a", 5), ("b", 10), ("a", 30), ("c", 60)].map { status, minutes in
        NewHistoryEntry(
          kind: ticket, entity: entity(1), status: status, at: noon + .minutes(minutes))
      })
    let visits = try history.visits(of: entity(1), kind: ticket)
    #expect(visits.map(\.status) == ["a", "b", "a", "c"])
    #expect(visits.last?.until == nil)
    let times = try history.timeInStatus(
      of: entity(1), kind: ticket, upTo: noon + .minutes(90))
    #expect(times.map(\.status) == ["a", "b", "c"])
    #expect(times.map(\.duration) == [.minutes(40), .minutes(20), .minutes(30)])
    #expect(times.map(\.visits) == [2, 1, 1])
    #expect(times.map(\.isCurrent) == [false, false, true])
    let earlier = try history.timeInStatus(
      of: entity(1), kind: ticket, upTo: noon + .minutes(20))
    #expect(earlier.map(\.duration) == [.minutes(10), .minutes(10)])
    #expect(earlier.map(\.isCurrent) == [false, true])
    #expect(try history.timeInStatus(of: entity(2), kind: ticket, upTo: noon).isEmpty)
  }

  @Test(
    "Cycle times have an exact mean, median and maximum",
    arguments: [
      ([10], 10.0, 10.0, 10.0), ([10, 20], 15, 15, 20), ([0, 10, 50], 20, 10, 50),
      ([0, 10, 20, 90], 30, 15, 90),
    ])
  func cycleTimes(minutes: [Int], mean: Double, median: Double, maximum: Double) throws {
    let fixture = try HistoryFixture()
    let noon = try time("2026-02-01T12:00:00Z")
    for (number, length) in minutes.enumerated() {
      try fixture.store.history.append([
        NewHistoryEntry(kind: ticket, entity: entity(UInt64(number)), status: "a", at: noon),
        NewHistoryEntry(
          kind: ticket, entity: entity(UInt64(number)), status: "z", at: noon + .minutes(length)),
      ])
    }
    for times in [
      try fixture.store.history.cycleTimes(ticket),
      try fixture.store.history.cycleTimes(ticket, to: "z"),
    ] {
      #expect(times.count == minutes.count)
      #expect(times.mean == .seconds(mean * 60))
      #expect(times.median == .seconds(median * 60))
      #expect(times.maximum == .seconds(maximum * 60))
      #expect(times.zeroCount == minutes.filter { $0 == 0 }.count)
    }
    let none = try fixture.store.history.cycleTimes(.customer)
    #expect(none.count == 0 && none.mean == nil && none.median == nil && none.maximum == nil)
  }

  @Test("Pages continue by key, also within rows of the same moment")
  func pages() throws {
    let fixture = try HistoryFixture()
    let noon = try time("2026-02-01T12:00:00Z")
    try fixture.store.history.append(
      (0..<25).map { number in
        NewHistoryEntry(
          kind: ticket, entity: entity(1), status: "s\(number)", at: noon + .minutes(number / 10))
      })
    var seen: [String] = []
    var cursor: PageCursor?
    repeat {
      let page = try fixture.store.history.timeline(
        of: entity(1), kind: ticket, after: cursor, limit: 7)
      seen += page.elements.map(\.to)
      cursor = page.next
    } while cursor != nil
    #expect(seen == (0..<25).map { "s\($0)" })
    var recent: [String] = []
    repeat {
      let page = try fixture.store.history.recent(ticket, before: cursor, limit: 7)
      recent += page.elements.map(\.to)
      cursor = page.next
    } while cursor != nil
    #expect(recent == seen.reversed())
  }

  @Test("History written in a transaction is rolled back with it")
  func joins() throws {
    struct Undo: Error {}
    let fixture = try HistoryFixture()
    #expect(throws: Undo.self) {
      try fixture.store.write(reason: "import") { transaction in
        let row = try transaction.history.record(
          NewHistoryEntry(kind: ticket, entity: entity(1), status: "a"))
        #expect(row.reason == "import")
        throw Undo()
      }
    }
    #expect(try fixture.store.history.status(of: entity(1), kind: ticket) == nil)
  }

  @Test(
    "14.12 The kinds that repositories record are refused for any status",
    arguments: ["customer", "subscription", "action", "submission", "plan", "batch"])
  func builtIn(kind: String) throws {
    let history = try HistoryFixture().store.history
    let kind = EntityKind(rawValue: kind)
    let error = HistoryError.recordedByStore(kind: kind, entity: entity(1))
    #expect(throws: error) {
      try history.record(NewHistoryEntry(kind: kind, entity: entity(1), status: "no_such_status"))
    }
    #expect(error.description.contains("history.append"))
    #expect(try history.status(of: entity(1), kind: kind) == nil)
  }

  @Test("14.12 A row is dated five minutes ahead at most")
  func future() throws {
    let fixture = try HistoryFixture()
    let history = fixture.store.history
    let now = fixture.clock.now
    func row(_ at: Timestamp) -> NewHistoryEntry {
      NewHistoryEntry(kind: ticket, entity: entity(7), status: "new", at: at)
    }
    let late = now + .minutes(5) + .microseconds(1)
    let error = HistoryError.inFuture(entity: entity(7), at: late, now: now)
    #expect(throws: error) { try history.record(row(late)) }
    #expect(throws: error) { try history.append([row(now), row(late)]) }
    #expect(try history.status(of: entity(7), kind: ticket) == nil)
    try history.record(row(now + .minutes(5)))
  }
}
