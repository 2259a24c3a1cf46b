import Backoffice
import BackofficeTesting
import Testing

@Suite("Support for tests")
struct TestingSupportTests {
  struct Broken: Error {}

  @Test("A drain runs due items only")
  func drain() throws {
    let test = try TestStore()
    var later = NewQueueItem(kind: "later")
    later.dueAt = test.clock.now + .hours(1)
    try test.store.queue.enqueue([NewQueueItem(kind: "a"), NewQueueItem(kind: "b"), later])
    var kinds: [String] = []
    let report = try test.drain { item in
      kinds.append(item.kind)
      return nil
    }
    #expect(report == DrainReport(completed: 2))
    #expect(kinds.sorted() == ["a", "b"])
    #expect(try test.store.queues.depth() == 1)
  }

  @Test("A drain that travels runs all retries, and scheduled items at their time")
  func travelling() throws {
    let test = try TestStore()
    var later = NewQueueItem(kind: "later")
    later.dueAt = test.clock.now + .days(3)
    try test.store.queue.enqueue([NewQueueItem(kind: "broken"), later])
    let report = try test.drain(travelling: true) { item in
      if item.kind == "broken" { throw Broken() }
      return nil
    }
    #expect(report == DrainReport(completed: 1, retrying: 3, failed: 1))
    #expect(test.clock.now >= TestStore.monday + .days(3))
    #expect(try test.store.check() == [])
  }

  @Test("A drain stops at its limit")
  func limit() throws {
    let test = try TestStore()
    try test.store.queue.enqueue(NewQueueItem(kind: "endless"))
    let report = try test.drain(limit: 25) { _ in
      try test.store.queue.enqueue(NewQueueItem(kind: "endless"))
      return nil
    }
    #expect(report.attempts == 25)
  }

  @Test("Samples are deterministic and can be continued")
  func samples() throws {
    let names = try (0..<2).map { _ in
      let test = try TestStore()
      try test.sampleCustomers(20)
      let more = try test.sampleCustomers(5, from: 21)
      #expect(try test.sampleDirectories(30).count == 30)
      #expect(try test.store.check() == [])
      return more.map(\.fullName)
    }
    #expect(names[0] == names[1])
    #expect(names[0].count == 5)
  }
}
