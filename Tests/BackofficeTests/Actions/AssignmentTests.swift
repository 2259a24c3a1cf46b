import Backoffice
import Testing

@Suite("Actions: assignment")
struct AssignmentTests {
  @Test("A decision records the reasons for which each assistant was excluded")
  func reasons() throws {
    let office = try Office()
    let store = office.store
    let good = try office.assistant("good")
    let unskilled = try office.assistant("unskilled", skills: [.phoneCall])
    let gone = try office.assistant("gone")
    try store.assistants.setActive(false, for: gone.id)
    let away = try office.assistant("away")
    try store.assistants.setAvailable(false, for: away.id)
    let asleep = try office.assistant(
      "asleep", hours: .standard, zone: try #require(Zone("Pacific/Honolulu")))
    let full = try office.assistant("full", capacity: 1)
    _ = try office.action(assistant: full.id)
    let barred = try office.assistant("barred")
    let worst = try office.assistant("worst", skills: [], hours: .never)
    try store.assistants.update(worst.id) {
      $0.isActive = false
      $0.isAvailable = false
    }
    let action = try office.action()
    try store.actions.exclude(barred.id, from: action.id)
    try store.actions.exclude(barred.id, from: action.id)

    let decision = try store.actions.assignAutomatically(action.id)
    #expect(decision.chosen == good.id)
    let reasons = Dictionary(
      uniqueKeysWithValues: decision.candidates.map { ($0.assistantID, $0.exclusions) })
    #expect(
      reasons == [
        good.id: [], unskilled.id: [.lacksSkill], gone.id: [.inactive], away.id: [.unavailable],
        asleep.id: [.outsideWorkingHours], full.id: [.atCapacity], barred.id: [.excluded],
        worst.id: [.lacksSkill, .inactive, .unavailable, .outsideWorkingHours],
      ])
    #expect(decision.candidates.first?.assistantID == good.id)
    #expect(try store.actions.decisions(for: action.id) == [decision])
    #expect(try office.findings() == [])
  }

  @Test("P12: with equal load the longest idle assistant is chosen, then the first handle")
  func ranking() throws {
    let office = try Office()
    for handle in ["cy", "al", "bo"] { try office.assistant(handle) }
    var order: [String] = []
    for _ in 0..<5 {
      office.clock.advance(by: .minutes(1))
      let action = try office.action()
      let chosen = try #require(try office.store.actions.assignAutomatically(action.id).chosen)
      order.append(try office.now(chosen).handle)
      try office.store.actions.complete(action.id)
    }
    // Assistants never assigned come first, by handle; then by their last assignment.
    #expect(order == ["al", "bo", "cy", "al", "bo"])
  }

  @Test("The lower share of the capacity wins, not the lower number of actions")
  func ratio() throws {
    let office = try Office()
    let small = try office.assistant("a-small", capacity: 2)
    let large = try office.assistant("b-large", capacity: 10)
    _ = try office.action(assistant: small.id)
    for _ in 0..<4 { _ = try office.action(assistant: large.id) }
    let action = try office.action()
    #expect(try office.store.actions.assignAutomatically(action.id).chosen == large.id)
  }

  @Test("Capacity is enforced within one transaction, before the counters are updated")
  func capacityInsideTransaction() throws {
    let office = try Office()
    let ann = try office.assistant("ann", capacity: 2)
    let actions = try (0..<4).map { _ in try office.action() }
    try office.store.write { transaction in
      for action in actions { try transaction.actions.assignAutomatically(action.id) }
      #expect(try transaction.assistants.load(of: ann.id) == 2)
    }
    #expect(try office.now(ann.id).statistics.activeCount == 2)
    #expect(try office.store.actions.counts() == [.assigned: 2, .pending: 2])
  }

  @Test("Pending actions are assigned fairly by urgency, and a missing candidate is recorded once")
  func bulk() throws {
    let office = try Office()
    let store = office.store
    let ann = try office.assistant("ann", skills: [.captchaSolving], capacity: 2)
    let ben = try office.assistant("ben", skills: [.captchaSolving], capacity: 2)
    let low = try office.action(priority: 5)
    let urgent = try (0..<4).map { _ in try office.action(priority: 1) }
    let call = try office.action(.phoneCall, priority: 1)
    let first = try store.actions.assignPending()
    #expect(first.count == 6)
    #expect(first.filter { $0.chosen == ann.id }.count == 2)
    #expect(first.filter { $0.chosen == ben.id }.count == 2)
    for action in urgent { #expect(try office.now(action.id).status == .assigned) }
    #expect(try office.now(low.id).status == .pending)
    try store.actions.assignPending()
    try store.actions.assignPending()
    #expect(try store.actions.decisions(for: call.id).count == 1)
    try office.assistant("cy", skills: [])
    try store.actions.assignPending()
    #expect(try store.actions.decisions(for: call.id).count == 2)
    #expect(try office.findings() == [])
  }

  @Test("Actions scheduled or to be retried later are not assigned yet")
  func notBefore() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    var later = NewAction(.captchaSolving, title: "Later", customerID: office.customer)
    later.scheduledAt = Office.monday + .hours(1)
    let scheduled = try office.store.actions.create(later)
    let retried = try office.action(assistant: ann.id)
    try office.store.actions.fail(retried.id, error: "no answer", retryAfter: .hours(2))
    #expect(try office.now(retried.id).status == .pending)
    #expect(try office.now(retried.id).retries.count == 1)
    #expect(try office.store.actions.assignPending() == [])
    office.clock.advance(by: .hours(1))
    #expect(try office.store.actions.assignPending().map(\.actionID) == [scheduled.id])
    office.clock.advance(by: .hours(1))
    #expect(try office.store.actions.assignPending().map(\.actionID) == [retried.id])
  }

  @Test("P02: a second claim fails with the current assistant; P03: claiming again changes nothing")
  func claims() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let ben = try office.assistant("ben")
    let action = try office.action()
    let taken = try office.store.acting(as: ann.principal).actions.claim(action.id, by: ann.id)
    office.clock.advance(by: .minutes(1))
    #expect(
      throws: ActionError.alreadyTaken(action.id, by: ann.id, handle: "ann")
    ) {
      try office.store.acting(as: ben.principal).actions.claim(action.id, by: ben.id)
    }
    let again = try office.store.acting(as: ann.principal).actions.claim(action.id, by: ann.id)
    #expect(again == taken)
    #expect(try office.now(action.id) == taken)
    #expect(try office.store.actions.decisions(for: action.id).count == 1)
  }

  @Test("P04: an ineligible assistant cannot claim, and the row does not change")
  func ineligibleClaims() throws {
    let office = try Office()
    let caller = try office.assistant("caller", skills: [.phoneCall])
    let full = try office.assistant("full", capacity: 1)
    _ = try office.action(assistant: full.id)
    let action = try office.action()
    #expect(
      throws: ActionError.notEligible(action.id, assistant: caller.id, reasons: [.lacksSkill])
    ) { try office.store.actions.claim(action.id, by: caller.id) }
    #expect(
      throws: ActionError.notEligible(action.id, assistant: full.id, reasons: [.atCapacity])
    ) { try office.store.actions.claim(action.id, by: full.id) }
    // An assistant cannot claim on behalf of another.
    #expect(throws: ActionError.self) {
      try office.store.acting(as: caller.principal).actions.claim(action.id, by: full.id)
    }
    #expect(try office.now(action.id) == action)
  }

  @Test("A manual assignment may exceed the capacity if it overrides")
  func byHand() throws {
    let office = try Office()
    let staff = Principal(kind: .staff, id: "boss")
    let actions = office.store.acting(as: staff).actions
    let ann = try office.assistant("ann", capacity: 1)
    let ben = try office.assistant("ben", hours: .never)
    let first = try actions.assign(try office.action().id, to: ann.id, reason: "knows it")
    let second = try office.action()
    #expect(throws: ActionError.self) { try actions.assign(second.id, to: ann.id) }
    try actions.assign(second.id, to: ann.id, overriding: true)
    #expect(try office.now(ann.id).statistics.activeCount == 2)
    office.clock.advance(by: .minutes(1))
    let moved = try actions.assign(first.id, to: ben.id)
    #expect(moved.assistantID == ben.id)
    #expect(moved.times.assignedAt == Office.monday + .minutes(1))
    let log = try actions.decisions(for: first.id)
    #expect(log.map(\.chosen) == [ben.id, ann.id])
    #expect(log.map(\.isAutomatic) == [false, false])
    #expect(log.last?.reason == "knows it")
    #expect(log.last?.decidedBy == staff)
    #expect(try office.findings() == [])
  }

  @Test("An assistant who releases an action finally is not assigned it again")
  func excludingAssistant() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action(assistant: ann.id)
    let mine = office.store.acting(as: Principal(kind: .assistant, id: "ann")).actions
    let released = try mine.release(action.id, reason: "too hard", excludingAssistant: true)
    #expect(released.status == .pending)
    #expect(released.assistantID == nil)
    #expect(released.times.assignedAt == nil)
    let decision = try office.store.actions.assignAutomatically(action.id)
    #expect(decision.chosen == nil)
    #expect(decision.candidates.map(\.exclusions) == [[.excluded]])
    #expect(throws: ActionError.self) { try mine.claim(action.id, by: ann.id) }
  }

  @Test("P07: delegating an action keeps the assistant eligible; forwarding it does not")
  func delegating() throws {
    for isForwarded in [false, true] {
      let office = try Office()
      let ann = try office.assistant("ann")
      let ben = try office.assistant("ben")
      let action = try office.action(assistant: ann.id)
      let hers = office.store.acting(as: ann.principal).actions
      try hers.release(action.id, reason: "on leave", excludingAssistant: isForwarded)
      try office.store.actions.assign(action.id, to: ben.id)
      try office.store.acting(as: ben.principal).actions.release(action.id)
      if isForwarded {
        #expect(
          throws: ActionError.notEligible(action.id, assistant: ann.id, reasons: [.excluded])
        ) { try hers.claim(action.id, by: ann.id) }
        #expect(try office.store.actions.assignAutomatically(action.id).chosen == ben.id)
      } else {
        #expect(try hers.claim(action.id, by: ann.id).assistantID == ann.id)
      }
      #expect(try office.findings() == [])
    }
  }
}
