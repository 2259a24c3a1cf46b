import Backoffice
import Testing

@Suite("Actions: the usual flow")
struct ActionFlowTests {
  @Test("An action without a description is created (0.15), pending, with a default deadline")
  func createsWithoutDescription() throws {
    let office = try Office()
    let hours = [1: 1, 2: 4, 3: 24, 4: 72, 5: 168]
    for (priority, limit) in hours {
      let action = try office.action(priority: priority)
      #expect(action.description == nil)
      #expect(action.status == .pending)
      #expect(action.times.deadlineAt == Office.monday + .hours(limit))
      #expect(try office.now(action.id) == action)
    }
    #expect(try office.findings() == [])
  }

  @Test("P01: the best eligible assistant is chosen; without any, the decision states the reasons")
  func assignsAutomatically() throws {
    let office = try Office()
    let unknown = try office.action()
    let none = try office.store.actions.assignAutomatically(unknown.id)
    #expect(none.chosen == nil)
    #expect(try office.now(unknown.id).status == .pending)

    let ann = try office.assistant("ann")
    let one = try office.action()
    #expect(try office.store.actions.assignAutomatically(one.id).chosen == ann.id)
    let assigned = try office.now(one.id)
    #expect(assigned.status == .assigned)
    #expect(assigned.assistantID == ann.id)
    #expect(assigned.times.assignedAt == Office.monday)

    let ben = try office.assistant("ben")
    let several = try office.action()
    #expect(try office.store.actions.eligibleAssistants(for: several.id) == [ben.id, ann.id])
    #expect(try office.store.actions.assignAutomatically(several.id).chosen == ben.id)
    #expect(try office.findings() == [])
  }

  @Test("Claim, start and complete set the times, the duration and the assistant's counters")
  func worksThrough() throws {
    let office = try Office()
    let ann = try office.assistant("ann")
    let action = try office.action()
    let mine = office.store.acting(as: ann.principal)
    try mine.actions.claim(action.id, by: ann.id)
    #expect(try office.now(ann.id).statistics.activeCount == 1)
    office.clock.advance(by: .minutes(5))
    let started = try mine.actions.start(action.id)
    #expect(started.times.startedAt == Office.monday + .minutes(5))
    office.clock.advance(by: .minutes(7))
    let done = try mine.actions.complete(
      action.id, quality: 4, notes: "done", result: JSONText(#"{"code":"1234"}"#))
    #expect(done.status == .completed)
    #expect(done.times.finishedAt == Office.monday + .minutes(12))
    #expect(done.times.actualDuration == .minutes(7))
    #expect(done.documents.result.text == #"{"code":"1234"}"#)
    #expect(try office.now(action.id) == done)
    let figures = try office.now(ann.id)
    #expect(figures.statistics.activeCount == 0)
    #expect(figures.statistics.completedCount == 1)
    #expect(figures.successRate.percent == 100)
    #expect(figures.averageQuality == 4)
    #expect(figures.averageDuration == .minutes(7))
    #expect(figures.statistics.lastActiveAt == Office.monday + .minutes(12))
    #expect(figures.statistics.lastAssignedAt == Office.monday)
    #expect(
      try office.history(ID(retyping: action.id)) == [
        "pending", "pending>assigned", "assigned>in_progress", "in_progress>completed",
      ])
    #expect(try office.findings() == [])
  }
}
