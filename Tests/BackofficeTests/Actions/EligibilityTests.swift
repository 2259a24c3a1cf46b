import Backoffice
import Testing

@Suite("Actions: who may be given work")
struct EligibilityTests {
  /// Why an assistant may not be given an action, and how that comes about.
  struct Obstacle: Sendable, CustomTestStringConvertible {
    let reason: AssignmentExclusion
    let arise: @Sendable (Office, Assistant, ID<PendingAction>) throws -> Void

    var testDescription: String { reason.rawValue }
  }

  static let obstacles = [
    Obstacle(reason: .inactive) { office, ann, _ in
      try office.store.assistants.setActive(false, for: ann.id)
    },
    Obstacle(reason: .lacksSkill) { office, ann, _ in
      try office.store.assistants.setSkills([], of: ann.id)
    },
    Obstacle(reason: .excluded) { office, ann, action in
      try office.store.actions.exclude(ann.id, from: action)
    },
    Obstacle(reason: .atCapacity) { office, ann, _ in
      let other = try office.action(assistant: ann.id)
      try office.store.assistants.update(ann.id) { $0.maxConcurrentTasks = 1 }
      try #require(try office.now(other.id).assistantID == ann.id)
    },
  ]

  /// A way in which an assistant comes to an action; each returns the action.
  struct Giver: Sendable, CustomTestStringConvertible {
    let name: String
    /// Brings an action to where the way begins, with Ann.
    var prepare: @Sendable (Office, Assistant, PendingAction) throws -> Void = { _, _, _ in }
    let give: @Sendable (Office, Assistant, ID<PendingAction>) throws -> Void
    /// Whether the assistant of the action so far needs no place.
    var hasPlace = false

    var testDescription: String { name }
  }

  static let givers: [Giver] = [
    Giver(name: "assign") { try $0.store.actions.assign($2, to: $1.id) },
    Giver(name: "claim") { try $0.store.actions.claim($2, by: $1.id) },
    Giver(name: "assign automatically") { try $0.store.actions.assignAutomatically($2) },
    Giver(name: "assign pending") { office, _, _ in try office.store.actions.assignPending() },
    Giver(name: "offer") { try $0.store.actions.offer($2, to: $1.id) },
    Giver(name: "offer automatically") { try $0.store.actions.offerAutomatically($2) },
    Giver(name: "offer pending") { office, _, _ in try office.store.actions.offerPending() },
    Giver(
      name: "accept",
      prepare: { office, ann, action in try office.store.actions.offer(action.id, to: ann.id) },
      give: { office, _, action in
        let offer = try #require(try office.store.actions.offers(for: action).first)
        try office.store.actions.accept(offer.id)
      }),
    Giver(
      name: "escalate",
      give: { office, _, _ in
        office.clock.advance(by: .days(30))
        try office.store.actions.escalateOverdue(ActionEscalation(handover: .always))
      }),
    Giver(
      name: "unblock",
      prepare: { office, ann, action in
        try office.store.actions.assign(action.id, to: ann.id)
        try office.store.actions.block(action.id, reason: "no key")
      }, give: { office, _, action in try office.store.actions.unblock(action) }),
    Giver(
      name: "the customer answers",
      prepare: { office, ann, action in
        try office.store.actions.assign(action.id, to: ann.id)
        try office.store.actions.waitForCustomer(action.id)
      },
      give: { office, _, action in
        try office.store.actions.customerResponded(action, response: "yes")
      }),
    Giver(
      name: "refuse the result",
      prepare: { office, ann, action in
        try office.store.actions.assign(action.id, to: ann.id)
        try office.store.actions.start(action.id)
        try office.store.actions.complete(action.id)
      },
      give: { office, _, action in try office.store.actions.refuse(action, notes: "no") }),
  ]

  @Test(
    "13.8 every way to give work asks the same rule, also when the person has changed",
    arguments: givers, obstacles)
  func matrix(_ giver: Giver, _ obstacle: Obstacle) throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action()
    try giver.prepare(office, ann, action)
    try obstacle.arise(office, ann, action.id)
    do {
      try giver.give(office, ann, action.id)
    } catch is ActionError {
      // A refusal in the words of the actions.
    }
    let found = try office.now(action.id)
    let holds = found.assistantID == ann.id && found.status.occupiesAssistant
    // A person who assigns an action may choose an assistant that automatic assignment excludes.
    #expect(holds == (giver.name == "assign" && obstacle.reason == .excluded))
    #expect(try office.store.actions.offers(for: action.id).allSatisfy { $0.status != .open })
    #expect(try office.findings() == [])
  }

  @Test("13.8 without an obstacle every way gives the action", arguments: givers)
  func control(_ giver: Giver) throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action()
    try giver.prepare(office, ann, action)
    try giver.give(office, ann, action.id)
    let found = try office.now(action.id)
    let isOffered = try office.store.actions.offers(for: action.id).first?.status == .open
    #expect(found.assistantID == ann.id || isOffered)
  }

  @Test(
    "13.8 an open offer goes on to the next assistant when its own may not take it any more",
    arguments: obstacles)
  func offers(_ obstacle: Obstacle) throws {
    let office = try Office()
    let (ann, ben) = (try office.assistant("ann"), try office.assistant("ben"))
    let action = try office.action()
    let offer = try office.store.actions.offer(action.id, to: ann.id)
    try obstacle.arise(office, ann, action.id)
    #expect(try office.store.actions.findOffer(offer.id)?.status == .withdrawn)
    #expect(try office.now(ann.id).statistics.offeredCount == 0)
    if obstacle.reason != .excluded {
      #expect(try office.store.actions.offers(.open, to: ben.id).elements.count == 1)
    }
    #expect(try office.findings() == [])
  }

  @Test("13.8 an offer to an assistant who leaves does not keep the action from others")
  func alone() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action()
    try office.store.actions.offer(action.id, to: ann.id, for: .hours(24))
    try office.store.assistants.setActive(false, for: ann.id)
    let ben = try office.assistant("ben")
    #expect(try office.store.actions.assignPending().map(\.chosen) == [ben.id])
  }

  @Test("13.8 what an action needs is asked of its open offer, too")
  func needs() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let actions = office.store.actions
    let action = try office.action()
    try actions.offer(action.id, to: ann.id)
    try actions.setWeight(20, of: action.id)
    let open = try actions.offers(for: action.id)
    #expect(open.map(\.weight) == [20] && open.map(\.status) == [.open])
    try actions.setRequiredSkills([RequiredSkill("lockpicking")], of: action.id)
    #expect(try actions.offers(for: action.id).map(\.status) == [.withdrawn])
    try office.store.assistants.addSkills(["lockpicking"], to: ann.id)
    try actions.offer(action.id, to: ann.id)
    try actions.setWeight(1000, of: action.id)
    #expect(try actions.offers(for: action.id).map(\.status) == [.withdrawn, .withdrawn])
    #expect(try office.findings() == [])
  }
}
