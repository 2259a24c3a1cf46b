import Backoffice
import BackofficeTestSupport
import Testing

@Suite("Actions: released work and assistants who go offline")
struct OfflineTests {
  let office: Office
  let actions: Actions

  init() throws {
    office = try Office()
    actions = office.store.actions
  }

  @Test("Released work goes to another assistant where one is eligible, and back where none is")
  func another() throws {
    let ann = try office.assistant("ann", capacity: 5)
    let id = try office.action(assistant: ann.id).id
    try actions.release(id, reason: "busy")
    #expect(try actions.assignAutomatically(id).chosen == ann.id)
    let bob = try office.assistant("bob", capacity: 5)
    // Bob has more of his capacity in use, and is chosen all the same.
    for _ in 0..<3 { _ = try office.action(assistant: bob.id) }
    try actions.release(id)
    #expect(try actions.candidates(for: id).map(\.assistantID) == [bob.id, ann.id])
    #expect(try actions.assignAutomatically(id).chosen == bob.id)
    try actions.release(id)
    #expect(try actions.assignAutomatically(id).chosen == ann.id)
    #expect(try office.findings() == [])
  }

  @Test(
    "Going offline returns unstarted work, withdraws offers, and started work follows the policy",
    arguments: StartedWorkPolicy.allCases)
  func offline(_ policy: StartedWorkPolicy) throws {
    let ann = try office.assistant("ann", capacity: 9)
    let assigned = try office.action(assistant: ann.id).id
    let started = try office.action(assistant: ann.id).id
    try actions.start(started)
    let blocked = try office.action(assistant: ann.id).id
    try actions.block(blocked, reason: "waits")
    let offered = try office.action(assistant: nil).id
    try actions.offer(offered, to: ann.id)
    let report = try office.store.assistants.goOffline(ann.id, started: policy, reason: "ill")
    #expect(report.withdrawnOffers == 1)
    #expect(report.released == (policy == .release ? [assigned, started] : [assigned]))
    #expect(report.suspended == (policy == .suspend ? [started] : []))
    #expect(try office.now(assigned).status == .pending)
    let expected: ActionStatus =
      switch policy {
      case .keep: .inProgress
      case .release: .pending
      case .suspend: .suspended
      }
    #expect(try office.now(started).status == expected)
    #expect(try office.now(blocked).assistantID == ann.id)
    #expect(try !office.now(ann.id).isAvailable)
    #expect(try actions.assignAutomatically(assigned).chosen == nil)
    // Once more returns nothing more.
    let again = try office.store.assistants.goOffline(ann.id, started: policy)
    #expect(again.released == [] && again.suspended == [] && again.withdrawnOffers == 0)
    #expect(throws: AssistantError.self) {
      try office.store.assistants.goOffline(ID(high: 1, low: 1))
    }
    #expect(try office.findings() == [])
  }
}
