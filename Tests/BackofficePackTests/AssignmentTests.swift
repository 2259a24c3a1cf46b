import Backoffice
import BackofficeTesting
import Testing

@Suite("A pack that advises the assignment of actions")
struct PackAssignmentTests {
  /// Prefers one assistant and objects to another.
  private struct Favours: StorePack, AssignmentAdvisor {
    let name = "favours"

    func advice(
      on action: PendingAction, in transaction: borrowing some Transaction & ~Copyable
    ) throws -> AssignmentAdvice {
      var advice = AssignmentAdvice()
      try transaction.forEach(sql: "SELECT handle, id FROM assistants") { row in
        let id: ID<Assistant> = try row.value(at: 1)
        switch try row.value(at: 0, as: String.self) {
        case "favourite": advice.scores[id] = 15
        case "barred": advice.objections[id] = "is the \"applicant\""
        default: break
        }
        return true
      }
      return advice
    }
  }

  @Test("Its scores change the ranking, its objections exclude, and decisions store both")
  func advice() throws {
    let test = try TestStore { $0.packs = [Favours()] }
    let store = test.store
    let customer = try #require(try test.sampleCustomers(1).first)
    let ids = try ["able", "barred", "favourite"].map { handle in
      try store.assistants.create(
        NewAssistant(
          handle: handle, name: handle, email: "\(handle)@example.com", skills: [.phoneCall],
          workingHours: .always)
      ).id
    }
    // A tenth of the capacity in use for each action that the favourite has: 15 points are worth one.
    var chosen: [ID<Assistant>?] = []
    for _ in 0..<3 {
      let action = try store.actions.create(
        NewAction(.phoneCall, title: "Call", customerID: customer.id))
      let decision = try store.actions.assignAutomatically(action.id)
      chosen.append(decision.chosen)
      #expect(try store.actions.decisions(for: action.id) == [decision])
      let barred = try #require(decision.candidates.first { $0.assistantID == ids[1] })
      #expect(barred.exclusions == [.advisedAgainst])
      #expect(barred.objections == ["is the \"applicant\""])
      let favourite = try #require(decision.candidates.first { $0.assistantID == ids[2] })
      #expect(favourite.advisedScore == 15)
    }
    #expect(chosen == [ids[2], ids[2], ids[0]])

    let action = try store.actions.create(
      NewAction(.phoneCall, title: "Call", customerID: customer.id))
    #expect(
      throws: ActionError.notEligible(
        action.id, assistant: ids[1], reasons: [.advisedAgainst])
    ) {
      try store.actions.assign(action.id, to: ids[1])
    }
    try store.actions.assign(action.id, to: ids[1], overriding: true)
    #expect(try store.check() == [])
  }
}
