import Testing

@testable import BackofficeQueue

@Suite("Windows of rows")
struct RowWindowTests {
  @Test(
    "Windows cover each row once, in both directions, over as many calls as that takes",
    arguments: [1, 2, 9_999, 10_000, 10_001, 99_999, 100_000, 100_001, 250_000] as [Int64])
  func cover(newest: Int64) {
    var place: Int64? = newest + 1
    var expected = newest
    while let from = place {
      var windows = RowWindows(from: from)
      while let window = windows.nextBelow() {
        #expect(window.below - 1 == expected)
        expected = window.above
      }
      place = windows.rest
    }
    #expect(expected == 0)
    place = 0
    while let from = place {
      var windows = RowWindows(from: from)
      while let window = windows.nextAbove(to: newest) {
        #expect(window.above == expected)
        expected = window.last
      }
      place = windows.rest(to: newest)
    }
    #expect(expected == newest)
  }

  @Test("A rare kind among many rows is found over several pages of bounded cost")
  func rare() throws {
    let fixture = try QueueFixture()
    let rare = try fixture.enqueue { $0.kind = "rare" }
    let row = try fixture.store.write { transaction in
      // As many rows as a call looks at, without writing them: the next one gets a far key.
      try transaction.execute(sql: "UPDATE queue_items SET pk = 5")
      try transaction.queue.enqueue(NewQueueItem(kind: "work"))
      return try transaction.execute(sql: "UPDATE queue_items SET pk = 150000 WHERE pk <> 5")
    }
    #expect(row == 1)
    let first = try fixture.queue.list(.kind("rare"))
    #expect(first.elements.isEmpty)
    #expect(first.next != nil)
    let second = try fixture.queue.list(.kind("rare"), after: first.next)
    #expect(second.elements.map(\.id) == [rare])
    #expect(second.next == nil)
    let report = try fixture.queue.reprioritise(WaitingItemFilter(.kind("work")), to: 1)
    #expect(report.changed.isEmpty)
    let rest = try fixture.queue.reprioritise(
      WaitingItemFilter(.kind("work")), to: 1, after: report.next)
    #expect(rest.changed.count == 1)
    #expect(rest.next == nil)
  }

  @Test("Kinds are read once each in the byte order of the index")
  func kinds() throws {
    let names = ["é", "e", "z", "Z", "\u{10000}", "\u{FFFD}", "e", ""]
    #expect(ClaimLane.sorted(names) == ["", "Z", "e", "z", "é", "\u{FFFD}", "\u{10000}"])
    let fixture = try QueueFixture()
    let kinds = ["é", "e", "z", "\u{10000}", "\u{FFFD}"]
    for kind in kinds { try fixture.enqueue { $0.kind = kind } }
    let wanted = ["z", "a", "\u{10000}", "nobody", "é"]
    let claimed = try fixture.queue.claim(10, kinds: wanted, worker: "w").map(\.item.kind)
    #expect(Set(claimed) == ["z", "\u{10000}", "é"])
    #expect(try fixture.queue.claim(10, kinds: [], worker: "w").isEmpty)
    #expect(try fixture.queue.claim(10, worker: "w").count == 2)
  }
}
