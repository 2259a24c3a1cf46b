import Testing

@testable import BackofficeQueue

@Suite("Random histories of items that wait for others")
struct DependencyHistoryTests {
  private let error = ItemFailure(message: "no")

  @Test(
    "After random histories every hold and count is what the dependencies say",
    arguments: [1, 2, 3] as [UInt64])
  func random(seed: UInt64) throws {
    let fixture = try QueueFixture(seed: seed)
    let random = RandomSource.seeded(seed &+ 99)
    var ids: [ID<QueueItem>] = []
    var leases: [Lease] = []
    func any() -> ID<QueueItem> { ids[random.next(below: ids.count)] }
    let policies = QueueDependency.Policy.allCases
    for step in 1...400 {
      fixture.clock.advance(by: .seconds(random.next(below: 5)))
      do {
        switch random.next(below: 12) {
        case 0...3:
          let parents = ids.isEmpty ? [] : (0..<random.next(below: 4)).map { _ in any() }
          var item = NewQueueItem(kind: "work")
          item.maxAttempts = 1
          ids.append(
            try fixture.queue.enqueue(
              item, after: parents, ifParentFails: policies[random.next(below: 4)]
            ).id)
        case 4, 5: leases += try fixture.queue.claim(2, worker: "w").map(\.lease)
        case 6, 7:
          if !leases.isEmpty {
            try fixture.queue.complete(leases.remove(at: random.next(below: leases.count)))
          }
        case 8:
          if !leases.isEmpty {
            try fixture.queue.fail(leases.removeLast(), error: error)
          }
        case 9: if !ids.isEmpty { try fixture.queue.cancel(any()) }
        case 10: if !ids.isEmpty { try fixture.queue.retry(any()) }
        default:
          if ids.count > 1 { try fixture.queue.addDependency(of: any(), on: any()) }
        }
      } catch {
        guard error is QueueError || error is DependencyError else { throw error }
      }
      if step.isMultiple(of: 80) { #expect(try fixture.store.check() == [], "step \(step)") }
    }
    // Nothing that could go on is held: done with what runs, all that is left is stuck.
    for lease in leases { _ = try? fixture.queue.complete(lease) }
    while let claimed = try fixture.claim() { try fixture.queue.complete(claimed.lease) }
    let held = try fixture.queue.list(.kind("work"), statuses: [.pending, .retrying], limit: 1000)
    let stuck = Set(try fixture.queue.blockedByFailure(limit: 1000).map(\.item))
    for item in held.elements {
      let parents = try fixture.queue.dependencies(of: item.id).filter(\.isOpen).map(\.parent)
      #expect(!parents.isEmpty)
      #expect(
        stuck.contains(item.id)
          || parents.contains { parent in
            held.elements.contains { $0.id == parent }
          })
    }
    #expect(try fixture.store.check() == [])
  }
}
