import Backoffice
import Testing

@Suite("Actions: relaxing required skills")
struct RequiredSkillTests {
  let office: Office
  let actions: Actions
  let ann: Assistant

  init() throws {
    office = try Office()
    actions = office.store.actions
    ann = try office.assistant("ann")
  }

  func action(_ skills: [RequiredSkill]) throws -> PendingAction {
    var new = NewAction(.phoneCall, title: "Call", customerID: office.customer)
    new.requiredSkills = skills
    return try actions.create(new)
  }

  func log(_ id: ID<PendingAction>) throws -> [AuditEntry] {
    try office.store.audit.entries(of: id, kind: .action).elements
  }

  @Test("P10: a skill that no present assistant has for its time is relaxed and recorded")
  func relaxes() throws {
    let action = try action([RequiredSkill("german", relaxesAfter: .minutes(10))])
    #expect(
      try actions.assignAutomatically(action.id).candidates.map(\.exclusions) == [
        [.lacksSkill]
      ])
    #expect(throws: ActionError.self) { try actions.claim(action.id, by: ann.id) }
    #expect(try actions.requiredSkills(of: action.id).first?.unmetSince == Office.monday)
    office.clock.advance(by: .minutes(10) - .microseconds(1))
    #expect(try actions.relaxSkills().isEmpty)
    #expect(try actions.assignAutomatically(action.id).chosen == nil)
    office.clock.advance(by: .microseconds(1))
    #expect(
      try actions.relaxSkills().map { [$0.actionID.description, $0.skill.rawValue] }
        == [[action.id.description, "german"]])
    #expect(try actions.relaxSkills().isEmpty)
    let skill = try #require(try actions.requiredSkills(of: action.id).first)
    #expect(skill.relaxedAt == Office.monday + .minutes(10))
    let entry = try #require(try log(action.id).first)
    #expect(entry.action == "action.skill_relaxed")
    #expect(entry.metadata.text.contains("german"))
    #expect(try log(action.id).count == 1)
    #expect(try actions.assignAutomatically(action.id).chosen == ann.id)
    #expect(try office.findings() == [])
  }

  @Test("P10: assigning and offering relax due skills in the same commit")
  func byDecision() throws {
    let first = try action([RequiredSkill("german", relaxesAfter: .minutes(1))])
    let second = try action([RequiredSkill("german", relaxesAfter: .minutes(2))])
    #expect(try actions.assignPending().map(\.chosen) == [nil, nil])
    office.clock.advance(by: .minutes(1))
    #expect(try actions.assignPending().map(\.chosen) == [ann.id, nil])
    #expect(try actions.offerPending().isEmpty)
    office.clock.advance(by: .minutes(1))
    #expect(try actions.offerPending().map(\.actionID) == [second.id])
    #expect(try log(first.id).count == 1)
    #expect(try log(second.id).count == 1)
    #expect(try office.findings() == [])
  }

  @Test("P10: the clock stops while an assistant has the skill, and no skill is relaxed at night")
  func clock() throws {
    let action = try action([RequiredSkill("german", relaxesAfter: .minutes(10))])
    try actions.assignAutomatically(action.id)
    office.clock.advance(by: .minutes(9))
    let dora = try office.assistant("dora")
    try office.store.assistants.addSkills(["german"], to: dora.id)
    office.clock.advance(by: .minutes(1))
    #expect(try actions.relaxSkills().isEmpty)
    #expect(try actions.requiredSkills(of: action.id).first?.unmetSince == nil)
    // No present assistant would be eligible without the skill either.
    try office.store.assistants.setAvailable(false, for: dora.id)
    try office.store.assistants.setAvailable(false, for: ann.id)
    try actions.assignAutomatically(action.id)
    office.clock.advance(by: .hours(1))
    #expect(try actions.relaxSkills().isEmpty)
    #expect(try actions.requiredSkills(of: action.id).first?.relaxedAt == nil)
    // In the morning the time has passed.
    try office.store.assistants.setAvailable(true, for: ann.id)
    #expect(try actions.assignAutomatically(action.id).chosen == ann.id)
    #expect(try log(action.id).count == 1)
    #expect(try office.findings() == [])
  }

  @Test(
    "P10: only skills that prevent an assignment are relaxed, in the order of their times")
  func order() throws {
    try office.store.assistants.addSkills(["legal"], to: ann.id)
    let action = try action([
      RequiredSkill("legal", relaxesAfter: .minutes(1)),
      RequiredSkill("german", relaxesAfter: .minutes(2)),
      RequiredSkill("notary", relaxesAfter: .minutes(3)),
      RequiredSkill("french", relaxesAfter: .minutes(4)),
    ])
    try actions.assignAutomatically(action.id)
    office.clock.advance(by: .minutes(2))
    #expect(try actions.relaxSkills().isEmpty)
    office.clock.advance(by: .minutes(2))
    #expect(try actions.relaxSkills().map(\.skill) == ["german", "notary", "french"])
    let hard = try self.action([
      RequiredSkill("german", relaxesAfter: .minutes(1)), RequiredSkill("sworn"),
    ])
    try actions.assignAutomatically(hard.id)
    office.clock.advance(by: .hours(5))
    #expect(try actions.relaxSkills().isEmpty)
    #expect(try actions.assignAutomatically(hard.id).chosen == nil)
    #expect(try actions.requiredSkills(of: hard.id).allSatisfy { $0.relaxedAt == nil })
    #expect(try office.findings() == [])
  }

  @Test("P10: a kind declares the skills of its new actions, and the kind itself may be relaxed")
  func byKind() throws {
    try actions.setRequiredSkills(
      [
        RequiredSkill(Skill(.phoneCall), relaxesAfter: .minutes(5)),
        RequiredSkill("german", relaxesAfter: .minutes(5)),
      ], ofKind: .phoneCall)
    #expect(
      try actions.requiredSkills(ofKind: .phoneCall).map(\.skill) == [
        "german", "phone_call",
      ])
    try office.store.assistants.setSkills([.captchaSolving], of: ann.id)
    // The skills of the action take precedence over those of its kind.
    let action = try action([RequiredSkill("german", relaxesAfter: .minutes(20))])
    try actions.assignAutomatically(action.id)
    office.clock.advance(by: .minutes(5))
    #expect(try actions.relaxSkills().isEmpty)
    office.clock.advance(by: .minutes(15))
    #expect(try actions.assignPending().map(\.chosen) == [ann.id])
    #expect(try log(action.id).count == 2)
    try actions.setRequiredSkills([], ofKind: .phoneCall)
    #expect(try actions.requiredSkills(of: self.action([]).id).isEmpty)
    #expect(try actions.requiredSkills(of: action.id).count == 2)
    #expect(try office.findings() == [])
  }

  @Test("P10: a refusal changes nothing, and assistants can have a program's own skills")
  func refusals() throws {
    for skill in [
      RequiredSkill(" "), RequiredSkill("german", relaxesAfter: .zero),
      RequiredSkill("german", relaxesAfter: .seconds(-1)),
      RequiredSkill("german", relaxesAfter: .hours(24 * 400)),
    ] {
      #expect(throws: ActionError.self) { try self.action([skill]) }
      #expect(throws: ActionError.self) {
        try actions.setRequiredSkills([skill], ofKind: .phoneCall)
      }
    }
    #expect(throws: ActionError.self) {
      try actions.setRequiredSkills(
        [RequiredSkill("german"), RequiredSkill("german")], ofKind: .phoneCall)
    }
    let action = try self.action([RequiredSkill("german")])
    #expect(throws: ActionError.self) {
      try office.store.acting(as: ann.principal).actions.setRequiredSkills([], of: action.id)
    }
    var named = NewAction(.phoneCall, title: "Call", customerID: office.customer)
    named.requiredSkills = [RequiredSkill("german")]
    named.assistantID = ann.id
    #expect(throws: ActionError.self) { try actions.create(named) }
    try office.store.assistants.addSkills(["german"], to: ann.id)
    #expect(try actions.claim(action.id, by: ann.id).assistantID == ann.id)
    #expect(try office.store.assistants.allSkills(of: ann.id).contains("german"))
    try office.store.assistants.removeSkills(["german"], from: ann.id)
    #expect(try office.now(action.id).assistantID == ann.id)
    #expect(throws: AssistantError.self) {
      try office.store.assistants.addSkills([""], to: ann.id)
    }
    #expect(try office.findings() == [])
  }
}
