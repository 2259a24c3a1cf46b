import Backoffice
import Testing

@Suite("Kinds of action, and actions about any entity")
struct ActionKindTests {
  let office: Office
  var store: BackofficeStore { office.store }
  var actions: Actions { office.store.actions }

  init() throws { office = try Office() }

  private let contract = ActionKindDefinition(
    "sign_contract", priority: 2, weight: 25, estimatedDurationMinutes: 90, deadline: .hours(48),
    skills: [RequiredSkill("legal")])

  @Test("A new file contains the kinds of the Swift list")
  func shipped() throws {
    #expect(try actions.kinds() == ActionKindDefinition.directoryChores)
    try actions.declare(ActionKindDefinition.directoryChores)
    #expect(try actions.kinds() == ActionKindDefinition.directoryChores)
  }

  @Test("An action has the defaults of its kind unless it overrides them")
  func defaults() throws {
    try actions.declare(contract)
    #expect(try actions.kind("sign_contract") == contract)
    #expect(contract.label == "Sign contract")
    let action = try actions.create(NewAction("sign_contract", title: "Sign"))
    #expect(action.priority == 2 && action.weight == 25)
    #expect(action.times.estimatedDurationMinutes == 90)
    #expect(action.times.deadlineAt == office.clock.now + .hours(48))
    #expect(try actions.requiredSkills(of: action.id).map(\.skill) == ["legal"])
    var own = NewAction("sign_contract", title: "Sign", priority: 5)
    own.weight = 1
    own.estimatedDurationMinutes = 5
    own.deadlineAt = office.clock.now + .hours(1)
    let other = try actions.create(own)
    #expect(other.priority == 5 && other.weight == 1)
    #expect(other.times.estimatedDurationMinutes == 5)
    #expect(other.times.deadlineAt == office.clock.now + .hours(1))
    let plain = try actions.create(NewAction(.phoneCall, title: "Call", priority: 2))
    #expect(plain.times.deadlineAt == office.clock.now + .hours(4))
  }

  @Test("A deadline that raw SQL omits is that of the kind")
  func rawDeadline() throws {
    try actions.declare(contract)
    try store.write { transaction in
      _ = try transaction.execute(
        sql: """
          INSERT INTO pending_actions (id, kind, title, created_at, updated_at)
          VALUES (?1, 'sign_contract', 'Sign', ?2, ?2)
          """, transaction.makeID(PendingAction.self), transaction.now)
    }
    let action = try #require(try actions.open().elements.first)
    #expect(action.times.deadlineAt == office.clock.now + .hours(48))
    #expect(try office.findings() == [])
  }

  @Test("An action about a program's own entity, without a customer, can be worked through")
  func aboutAnything() throws {
    try actions.declare(contract)
    let deal = try EntityReference("deal", store.write { $0.makeID(AnyEntity.self) })
    let ann = try office.assistant("ann", skills: ["sign_contract"])
    let bob = try office.assistant("bob", skills: ["sign_contract"])
    for person in [ann, bob] { try store.assistants.addSkills(["legal"], to: person.id) }
    let action = try actions.create(NewAction("sign_contract", title: "Sign", about: deal))
    #expect(action.customerID == nil && action.subject == deal)
    #expect(try actions.list(.pending, about: deal).elements.map(\.id) == [action.id])
    #expect(try actions.eligibleAssistants(for: action.id).count == 2)
    #expect(try actions.assignAutomatically(action.id).chosen == ann.id)
    office.clock.advance(by: .hours(49))
    let escalated = try actions.escalateOverdue(
      ActionEscalation(raisesPriorityBy: 1, handover: .always))
    #expect(escalated.map(\.assistantID) == [bob.id] && escalated.map(\.priority) == [1])
    let outsider = store.acting(
      as: Principal(kind: .customer, id: office.customer.description))
    #expect(throws: ActionError.unknownAction(action.id)) {
      try outsider.actions.customerResponded(action.id, response: "yes")
    }
    #expect(throws: ActionError.noCustomer(action.id)) {
      try actions.waitForCustomer(action.id)
    }
    #expect(throws: SQLiteError.self) {
      try store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE pending_actions SET status = 'requires_customer' WHERE id = ?", action.id)
      }
    }
    try actions.release(action.id)
    let offer = try #require(try actions.offerAutomatically(action.id, for: .hours(1)))
    try actions.accept(offer.id)
    try actions.start(action.id)
    try actions.complete(action.id)
    #expect(try actions.list(.completed, about: deal).elements.map(\.id) == [action.id])
    #expect(try actions.list(.pending, about: deal).elements == [])
    #expect(try office.findings() == [])
  }

  @Test("An undeclared kind is refused everywhere, and the error lists the declared ones")
  func unknown() throws {
    let refusal = ActionError.unknownKind("dance", declared: Office.kinds)
    #expect(throws: refusal) {
      try actions.create(NewAction("dance", title: "Dance", customerID: office.customer))
    }
    #expect(throws: refusal) { try actions.setRequiredSkills([], ofKind: "dance") }
    #expect(throws: refusal) { try actions.retire("dance") }
    let skills = AssistantError.unknownKinds(["dance"], declared: Office.kinds)
    #expect(throws: skills) { try office.assistant("ann", skills: ["dance"]) }
    let bob = try office.assistant("bob")
    #expect(throws: skills) { try store.assistants.setSkills(["dance"], of: bob.id) }
    let action = try office.action()
    #expect {
      try store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE pending_actions SET kind = 'dance' WHERE id = ?", action.id)
      }
    } throws: { ($0 as? SQLiteError).map { .constraintForeignKey ~= $0.code } == true }
    #expect(
      refusal.description.hasPrefix(
        "There is no kind of action dance; declare it with actions.declare(_:) first. Declared "
          + "kinds: sms_verification, email_verification, "))
    #expect(skills.description.hasSuffix("with assistants.addSkills(_:to:)."))
    #expect(try actions.kind("dance") == nil)
    #expect(try office.findings() == [])
  }

  @Test("A retired kind accepts no new actions, and existing ones continue")
  func retired() throws {
    let call = try office.action(.phoneCall)
    try actions.retire(.phoneCall)
    try actions.retire(.phoneCall)
    let offered = Office.kinds.filter { $0 != .phoneCall }
    let refusal = ActionError.retiredKind(.phoneCall, offered: offered)
    #expect(throws: refusal) { try office.action(.phoneCall) }
    #expect(
      refusal.description.hasPrefix("The kind of action phone_call is retired; offered kinds:"))
    #expect(try actions.kinds().map(\.name) == offered)
    #expect(try actions.kinds(includingRetired: true).map(\.name) == Office.kinds)
    let ann = try office.assistant("ann")
    try actions.assign(call.id, to: ann.id)
    try actions.complete(call.id)
    var again = try #require(try actions.kind(.phoneCall))
    again.priority = 1
    try actions.declare(again)
    #expect(try office.store.actions.create(NewAction(.phoneCall, title: "Call")).priority == 1)
  }

  @Test(
    "An invalid declaration is refused with the problem",
    arguments: [
      (ActionKindDefinition(""), "kind"), (ActionKindDefinition("x", label: " "), "label"),
      (ActionKindDefinition("x", priority: 6), "priority"),
      (ActionKindDefinition("x", weight: 0), "weight"),
      (ActionKindDefinition("x", estimatedDurationMinutes: -1), "estimatedDurationMinutes"),
      (ActionKindDefinition("x", deadline: .zero), "deadline"),
      (ActionKindDefinition("x", skills: [RequiredSkill("")]), "skill"),
    ])
  func wrong(_ kind: ActionKindDefinition, _ field: String) throws {
    #expect {
      try actions.declare(kind)
    } throws: { error in
      guard case ActionError.invalidValue(field, _) = error else { return false }
      return true
    }
    #expect(try actions.kind("x") == nil)
  }

  @Test("A response can be required only of a customer")
  func noAnswer() throws {
    var new = NewAction(.phoneCall, title: "Call")
    new.isResponseRequired = true
    #expect(
      throws: ActionError.invalidValue(
        field: "isResponseRequired", problem: "is set without a customer")
    ) { try actions.create(new) }
  }

  @Test("Erasing a customer erases the actions about and for them")
  func purged() throws {
    let about = try actions.create(
      NewAction(
        .contentReview, title: "Ada's complaint", about: EntityReference(.customer, office.customer)
      ))
    let other = try actions.create(NewAction(.contentReview, title: "Rules"))
    #expect(try store.workflows.purgeCustomer(office.customer).cancelledActions == 1)
    #expect(try office.now(about.id).title == "content_review")
    #expect(try office.now(about.id).status == .cancelled)
    #expect(try office.now(other.id).title == "Rules")
    #expect(try office.findings() == [])
  }
}

@Suite("Work without a customer that waits for a person")
struct CustomerlessWorkTests {
  @Test("An item without a customer waits for a person about its subject")
  func parks() throws {
    let office = try Office()
    let store = office.store
    let site = try EntityReference("site", store.write { $0.makeID(AnyEntity.self) })
    var new = NewQueueItem(kind: "crawl")
    new.subject = site
    let id = try store.queue.enqueue(new).id
    let lease = try #require(try store.queue.claim(worker: "w").first).lease
    let action = try store.workflows.parkForPerson(
      lease, action: NewAction(.captchaSolving, title: "Solve it"))
    #expect(action.customerID == nil && action.subject == site && action.queueItemID == id)
    let ann = try office.assistant("ann")
    try store.actions.claim(action.id, by: ann.id)
    try store.actions.complete(action.id)
    #expect(try store.queue.find(id)?.status == .pending)
    #expect(try office.findings() == [])
  }

  @Test(
    "An item without a customer whose lease has expired asks a person, even if the kind is retired")
  func asks() throws {
    let office = try Office()
    let store = office.store
    try store.actions.retire(.errorResolution)
    var new = NewQueueItem(kind: "crawl")
    new.leaseExpiry = .ask
    let id = try store.queue.enqueue(new).id
    _ = try store.queue.claim(worker: "w")
    office.clock.advance(by: .hours(2))
    try store.queue.rescueExpired()
    #expect(try store.queue.find(id)?.status == .parked)
    let action = try #require(try store.actions.latest(forQueueItem: id))
    #expect(action.kind == .errorResolution && action.customerID == nil)
    #expect(try office.findings() == [])
  }
}
