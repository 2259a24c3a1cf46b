import Backoffice
import Testing

@Suite("Assistants")
struct AssistantTests {
  @Test("An assistant is read back as added, with skills and hours")
  func roundTrip() throws {
    let office = try Office()
    var new = NewAssistant(
      handle: "va_001", name: "Sarah Johnson", email: "sarah@example.com",
      skills: [.smsVerification, .emailVerification, .captchaSolving, .manualSubmission],
      zone: try #require(Zone("America/New_York")), maxConcurrentTasks: 15)
    new.specializations = ["business_directories", "tech_startups"]
    let sarah = try office.store.assistants.create(new)
    #expect(try office.store.assistants.find(sarah.id) == sarah)
    #expect(try office.store.assistants.find(handle: "va_001") == sarah)
    #expect(try office.store.assistants.find(handle: "VA_001") == nil)
    #expect(try office.store.assistants.skills(of: sarah.id) == new.skills)
    #expect(sarah.workingHours == .standard)
    #expect(try sarah.specializations.decode([String].self) == new.specializations)
    try office.store.assistants.setSkills([.phoneCall], of: sarah.id)
    #expect(try office.store.assistants.skills(of: sarah.id) == [.phoneCall])
    for index in 0..<4 { try office.assistant("x\(index)") }
    let first = try office.store.assistants.list(limit: 3)
    #expect(first.elements.map(\.handle) == ["va_001", "x0", "x1"])
    let rest = try office.store.assistants.list(after: first.next, limit: 3)
    #expect(rest.elements.map(\.handle) == ["x2", "x3"])
    #expect(rest.next == nil)
  }

  @Test("The schema's default working hours can be read")
  func schemaDefault() throws {
    let office = try Office()
    try office.store.write { transaction in
      _ = try transaction.execute(
        sql: """
          INSERT INTO assistants (id, handle, name, email, created_at, updated_at)
          VALUES (randomblob(16), 'raw', 'Raw', 'raw@example.com', 1, 1)
          """)
    }
    #expect(try office.store.assistants.find(handle: "raw")?.workingHours == .standard)
  }

  @Test("A change keeps the counters regardless of what the closure does")
  func updateKeepsFigures() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    _ = try office.action(assistant: ann.id)
    office.clock.advance(by: .minutes(1))
    let changed = try office.store.assistants.update(ann.id) {
      $0.name = "Ann B."
      $0.statistics.activeCount = 9
      $0.createdAt = Timestamp(microseconds: 0)
    }
    #expect(changed.statistics.activeCount == 1)
    #expect(try office.now(ann.id) == changed)
    #expect(changed.createdAt == Office.monday)
    #expect(changed.updatedAt == Office.monday + .minutes(1))
    #expect(try office.findings() == [])
  }

  @Test("Errors are typed, and a refusal changes nothing")
  func refusals() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let ben = try office.assistant("ben")
    #expect(throws: AssistantError.handleTaken(handle: "ann")) { try office.assistant("ann") }
    #expect(throws: AssistantError.handleTaken(handle: "ann")) {
      try office.store.assistants.update(ben.id) { $0.handle = "ann" }
    }
    #expect(throws: AssistantError.self) { try office.assistant(" ") }
    #expect(throws: AssistantError.self) { try office.assistant("none", capacity: 0) }
    let unknown = ID<Assistant>(high: 1, low: 1)
    #expect(throws: AssistantError.unknownAssistant(unknown)) {
      try office.store.assistants.setAvailable(false, for: unknown)
    }
    #expect(throws: AssistantError.unknownAssistant(unknown)) {
      try office.store.assistants.delete(unknown)
    }
    _ = try office.action(assistant: ann.id)
    #expect(throws: AssistantError.hasActions(ann.id)) {
      try office.store.assistants.delete(ann.id)
    }
    try office.store.assistants.delete(ben.id)
    #expect(try office.store.assistants.list().elements.map(\.id) == [ann.id])
    #expect(AssistantError.hasActions(ann.id).description.contains("setActive"))
  }

  @Test("Wrong counters never prevent work, and are reported and corrected")
  func drift() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action(assistant: ann.id)
    try office.store.write { transaction in
      _ = try transaction.execute(sql: "UPDATE assistants SET active_count = 0")
    }
    let mine = office.store.acting(as: ann.principal)
    try mine.actions.start(action.id)
    try mine.actions.complete(action.id)
    #expect(try office.now(ann.id).statistics.activeCount == 0)
    try office.store.write { transaction in
      _ = try transaction.execute(sql: "UPDATE assistants SET completed_count = 9")
    }
    #expect(try office.store.check().map(\.check) == ["assistants.counters"])
    try office.store.rebuild()
    #expect(try office.findings() == [])
  }

  @Test("Scores of customers and supervisors are averaged, rounded half up once")
  func ratings() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    #expect(ann.averageSatisfaction == nil)
    for score in [5, 4, 4] {
      try office.store.assistants.rateSatisfaction(score, of: ann.id)
      try office.store.assistants.rateAsSupervisor(score - 1, of: ann.id)
    }
    #expect(try office.now(ann.id).averageSatisfaction == 4.33)
    #expect(try office.now(ann.id).averageSupervisorRating == 3.33)
    #expect(throws: AssistantError.self) {
      try office.store.assistants.rateSatisfaction(0, of: ann.id)
    }
  }
}
