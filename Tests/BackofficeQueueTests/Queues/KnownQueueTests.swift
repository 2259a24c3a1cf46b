import BackofficeQueue
import BackofficeQueueTesting
import Testing

@Suite("13.21: A queue that does not exist is an error")
struct KnownQueueTests {
  private let store: BackofficeStore

  init() throws { store = try TestStore(packs: []).store }

  private func enqueue(in queue: String) throws {
    var item = NewQueueItem(kind: "letter")
    item.queue = queue
    try store.queue.enqueue(item)
  }

  @Test("Pausing, resuming, draining and opening an unknown queue lists the queues")
  func unknown() throws {
    let unknown = QueueError.unknownQueue("nosuch", known: ["default", "mail"])
    try enqueue(in: "mail")
    #expect(throws: unknown) { try store.queues.pause("nosuch") }
    #expect(throws: unknown) { try store.queues.resume("nosuch") }
    #expect(throws: unknown) { try store.queues.drain("nosuch") }
    #expect(throws: unknown) { try store.queues.open("nosuch") }
    #expect(unknown.description.contains("known queues: default, mail"))
    #expect(try store.queues.paused() == [])
    try store.queues.pause("mail")
    try store.queues.pause("default")
    #expect(try store.queues.paused() == ["default", "mail"])
  }

  @Test("A queue is known by a schedule, and by items that run or have finished")
  func known() throws {
    var schedule = NewQueueSchedule(name: "nightly", kind: "report", every: .hours(1))
    schedule.queue = "night"
    try store.schedules.create(schedule)
    try store.queues.pause("night")
    for queue in ["runs", "ended"] { try enqueue(in: queue) }
    let claimed = try store.queue.claim(2, from: ["runs", "ended"], worker: "w")
    let ended = try #require(claimed.first { $0.item.queue == "ended" })
    try store.queue.complete(ended.lease)
    try store.queues.pause("runs")
    try store.queues.pause("ended")
    #expect(try store.queues.paused() == ["ended", "night", "runs"])
  }
}
