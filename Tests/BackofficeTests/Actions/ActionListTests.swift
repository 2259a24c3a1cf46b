import Backoffice
import Testing

@Suite("Actions: lists")
struct ActionListTests {
  @Test("Open actions are paged by priority, deadline and age")
  func openOrder() throws {
    let office = try Office()
    var expected: [(Int, Timestamp, ID<PendingAction>)] = []
    for index in 0..<57 {
      var new = NewAction(.phoneCall, title: "Call", customerID: office.customer)
      new.priority = index * 7 % 5 + 1
      new.deadlineAt = Office.monday + .minutes(index * 11 % 13)
      let action = try office.store.actions.create(new)
      if index % 6 == 0 {
        try office.store.actions.cancel(action.id)
      } else {
        expected.append((action.priority, try #require(new.deadlineAt), action.id))
      }
    }
    expected.sort { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
    var found: [ID<PendingAction>] = []
    var cursor: PageCursor?
    repeat {
      let page = try office.store.actions.open(after: cursor, limit: 10)
      found += page.elements.map(\.id)
      cursor = page.next
    } while cursor != nil
    #expect(found == expected.map(\.2))
    let pending = try office.store.actions.list(.pending, limit: 1000)
    #expect(pending.elements.map(\.id) == found)
    #expect(pending.next == nil)
  }

  @Test("Unfinished actions are overdue after their deadline; a failed action is not")
  func overdue() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let actions = try (1...5).map { try office.action(priority: $0, assistant: ann.id) }
    office.clock.advance(by: .hours(25))
    #expect(try office.store.actions.overdue().elements.map(\.id) == actions.prefix(3).map(\.id))
    let first = try office.store.actions.overdue(limit: 2)
    #expect(first.elements.count == 2)
    #expect(
      try office.store.actions.overdue(after: first.next, limit: 2).elements.map(\.id)
        == [actions[2].id])
    try office.store.actions.fail(actions[0].id, error: "too late")
    try office.store.actions.setDeadline(office.clock.now + .hours(1), of: actions[1].id)
    #expect(try office.store.actions.overdue().elements.map(\.id) == [actions[2].id])
  }

  @Test("Actions are listed by assistant, by customer, for verification and for follow-up")
  func others() throws {
    let office = try Office()
    let store = office.store
    let ann = try office.assistant("ann")
    let bob = try Office.customer("bob", in: store)
    let low = try office.action(priority: 4, assistant: ann.id)
    let high = try office.action(priority: 2, assistant: ann.id)
    var checked = NewAction(.contentReview, title: "Read", customerID: bob, assistantID: ann.id)
    checked.requiresVerification = true
    let review = try store.actions.create(checked)
    #expect(try store.actions.list(.assigned, of: ann.id).elements.count == 3)
    #expect(
      try store.actions.list(.assigned, of: ann.id).elements.map(\.id)
        == [high.id, review.id, low.id])
    #expect(try store.actions.list(.assigned, for: bob).elements.map(\.id) == [review.id])
    #expect(try store.actions.list(.completed, for: bob).elements.isEmpty)
    try store.actions.complete(review.id, quality: 3)
    #expect(try store.actions.awaitingVerification().elements.map(\.id) == [review.id])
    let staff = Principal(kind: .staff, id: "boss")
    let verified = try store.acting(as: staff).actions.verify(
      review.id, quality: 4, notes: "good")
    #expect(verified.verification.verifiedBy == "staff:boss")
    #expect(verified.verification.verifiedAt == Office.monday)
    #expect(try office.now(ann.id).averageQuality == 4)
    #expect(try store.actions.awaitingVerification().elements.isEmpty)
    try store.actions.setFollowUp(Office.monday + .hours(1), of: low.id)
    #expect(try store.actions.followUpsDue().elements.isEmpty)
    office.clock.advance(by: .hours(1))
    #expect(try store.actions.followUpsDue().elements.map(\.id) == [low.id])
    try store.actions.setFollowUp(nil, of: low.id)
    #expect(try store.actions.followUpsDue().elements.isEmpty)
    #expect(try office.findings() == [])
  }
}
