import Backoffice
import Testing

@Suite("Actions: permissions")
struct ActionRefusalTests {
  @Test("P04: only its assignee and the team may work on an action; a refusal changes nothing")
  func assigneeOnly() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let ben = try office.assistant("ben")
    let action = try office.action(assistant: ann.id)
    let strangers = [
      ben.principal, Principal(kind: .assistant), Principal(kind: .worker, id: "w1"),
      Principal(kind: .api, id: "key"), Principal(kind: .customer, id: office.customer.description),
    ]
    for stranger in strangers {
      let actions = office.store.acting(as: stranger).actions
      let attempts: [() throws -> PendingAction] = [
        { try actions.start(action.id) }, { try actions.complete(action.id) },
        { try actions.fail(action.id, error: "x") }, { try actions.release(action.id) },
        { try actions.block(action.id, reason: "x") }, { try actions.waitForCustomer(action.id) },
        { try actions.cancel(action.id) }, { try actions.assign(action.id, to: ben.id) },
        { try actions.setPriority(1, of: action.id) },
      ]
      for attempt in attempts {
        let error = #expect(throws: ActionError.self) { _ = try attempt() }
        guard case .notPermitted(action.id, stranger, _) = error else {
          Issue.record("\(stranger) met \(String(describing: error))")
          continue
        }
      }
    }
    #expect(try office.now(action.id) == action)
    for principal in [ann.principal, Principal(kind: .assistant, id: "ann")] {
      let actions = office.store.acting(as: principal).actions
      try actions.start(action.id)
      #expect(throws: ActionError.self) { try actions.cancel(action.id) }
      try actions.release(action.id)
      try office.store.actions.assign(action.id, to: ann.id)
    }
    try office.store.acting(as: Principal(kind: .staff, id: "boss")).actions.complete(action.id)
    #expect(try office.findings() == [])
  }

  @Test("P20: another customer's action appears not to exist")
  func otherCustomers() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action(assistant: ann.id)
    try office.store.actions.waitForCustomer(
      action.id, until: Office.monday + .hours(3), isNotified: true, reason: "which code?")
    let other = try Office.customer("bob", in: office.store)
    #expect(throws: ActionError.unknownAction(action.id)) {
      try office.store.acting(as: Principal(kind: .customer, id: other.description)).actions
        .customerResponded(action.id, response: "1")
    }
    #expect(throws: ActionError.unknownAction(action.id)) {
      try office.store.acting(as: Principal(kind: .customer, id: other.description)).actions
        .cancel(action.id)
    }
    office.clock.advance(by: .minutes(1))
    let answered = try office.store
      .acting(as: Principal(kind: .customer, id: office.customer.description)).actions
      .customerResponded(action.id, response: "42")
    #expect(answered.status == .assigned)
    #expect(answered.customerPart.response == "42")
    #expect(answered.customerPart.respondedAt == Office.monday + .minutes(1))
    #expect(answered.customerPart.notifiedAt == Office.monday)
    #expect(!answered.customerPart.isResponseRequired)
  }

  @Test("P05: a finished action cannot be finished again")
  func finishedTwice() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action(assistant: ann.id)
    let done = try office.store.actions.complete(action.id, quality: 5)
    #expect(throws: ActionError.illegalMove(action.id, from: .completed, to: .completed)) {
      try office.store.actions.complete(action.id, quality: 1)
    }
    #expect(throws: ActionError.self) { try office.store.actions.fail(action.id, error: "late") }
    #expect(throws: ActionError.self) { try office.store.actions.cancel(action.id) }
    #expect(throws: ActionError.self) { try office.store.actions.claim(action.id, by: ann.id) }
    #expect(throws: ActionError.self) { try office.store.actions.release(action.id) }
    #expect(throws: ActionError.self) { try office.store.actions.assign(action.id, to: ann.id) }
    #expect(throws: ActionError.self) { try office.store.actions.assignAutomatically(action.id) }
    #expect(try office.now(action.id) == done)
  }

  @Test("Invalid input is refused before anything is written")
  func invalid() throws {
    let office = try Office()
    let unknown = ID<Customer>(high: 1, low: 1)
    let actions = office.store.actions
    let good = NewAction(.phoneCall, title: "Call", customerID: office.customer)
    #expect(throws: ActionError.invalidValue(field: "title", problem: "is blank")) {
      try actions.create(NewAction(.phoneCall, title: "  ", customerID: office.customer))
    }
    for priority in [0, 6] {
      var new = good
      new.priority = priority
      #expect(throws: ActionError.self) { try actions.create(new) }
    }
    var complex = good
    complex.complexityScore = 11
    #expect(throws: ActionError.self) { try actions.create(complex) }
    #expect(
      throws: ActionError.unknownReference(column: "customer_id", id: ID(retyping: unknown))
    ) { try actions.create(NewAction(.phoneCall, title: "Call", customerID: unknown)) }
    var directory = good
    directory.directoryID = ID(high: 2, low: 2)
    #expect(
      throws: ActionError.unknownReference(column: "directory_id", id: ID(high: 2, low: 2))
    ) { try actions.create(directory) }
    // If one of many is invalid, none is created.
    #expect(throws: ActionError.self) { try actions.create([good, complex]) }
    #expect(try actions.counts() == [:])
    let action = try actions.create(good)
    #expect(throws: ActionError.self) { try actions.complete(action.id, quality: 6) }
    let missing = ID<PendingAction>(high: 3, low: 3)
    #expect(throws: ActionError.unknownAction(missing)) { try actions.start(missing) }
    #expect(try actions.find(missing) == nil)
  }

  @Test("Each error says what failed, for which entity, and how to resolve it")
  func texts() throws {
    let action = ID<PendingAction>(high: 0, low: 1)
    let ann = ID<Assistant>(high: 0, low: 2)
    let errors: [(ActionError, [String])] = [
      (.unknownAction(action), ["\(action)", "actions.find"]),
      (.unknownAssistant(ann), ["\(ann)", "assistants.create"]),
      (
        .illegalMove(action, from: .completed, to: .cancelled),
        ["\(action)", "completed", "cancelled", "pending, assigned"]
      ),
      (.illegalMove(action, from: .cancelled, to: .pending), ["nothing else"]),
      (.alreadyTaken(action, by: ann, handle: "ann"), ["belongs to ann", "\(ann)"]),
      (
        .notPermitted(action, principal: Principal(kind: .worker, id: "w"), operation: "start"),
        ["worker:w", "may not start", "\(action)"]
      ),
      (
        .notEligible(action, assistant: ann, reasons: [.lacksSkill, .atCapacity]),
        ["lacks the skill, is at capacity", "eligibleAssistants"]
      ),
      (.itemHasOpenAction(item: ID(high: 0, low: 3), action: action), ["\(action)", "already"]),
      (
        .invalidValue(field: "priority", problem: "is 9"), ["priority is 9", "nothing was written"]
      ),
    ]
    for (error, words) in errors {
      for word in words { #expect(error.description.contains(word), "\(error)") }
    }
  }
}
