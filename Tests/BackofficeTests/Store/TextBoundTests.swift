import Backoffice
import BackofficeTesting
import Testing

@Suite("13.9: Texts of the office are bounded in bytes")
struct TextBoundTests {
  private let test: TestStore
  private let line = String(repeating: "\u{e9}", count: 513)
  private let text = String(repeating: "\u{e9}", count: 4097)
  private let document: JSONText

  init() throws {
    test = try TestStore()
    document = try JSONText("\"" + String(repeating: "x", count: 1_048_576) + "\"")
  }

  @Test("Texts of a new action are refused with field, size and bound, and nothing is written")
  func newAction() throws {
    let action = NewAction(.phoneCall, title: "Call")
    let changes: [(String, Int, (inout NewAction) -> Void)] = [
      ("title", 1024, { $0.title = line }), ("description", 8192, { $0.description = text }),
      ("manualInterventionReason", 8192, { $0.manualInterventionReason = text }),
      ("externalReferenceID", 1024, { $0.externalReferenceID = line }),
      ("externalReferenceURL", 8192, { $0.externalReferenceURL = text }),
      ("data", 1_048_576, { $0.data = document }),
      ("businessContext", 1_048_576, { $0.businessContext = document }),
      ("directoryContext", 1_048_576, { $0.directoryContext = document }),
      ("metadata", 1_048_576, { $0.metadata = document }),
    ]
    for (field, most, change) in changes {
      var new = action
      change(&new)
      #expect(
        throws: ActionError.invalidValue(
          field: field, problem: "has \(most + 2) bytes of UTF-8, more than \(most)")
      ) { try test.store.actions.create(new) }
    }
    #expect(try test.store.actions.create(action).title == "Call")
  }

  @Test(
    "What is written about an action while people work is bounded; messages of failures are cut")
  func work() throws {
    let actions = test.store.actions
    let ann = try test.store.assistants.create(
      NewAssistant(
        handle: "ann", name: "Ann", email: "ann@example.com", skills: [.phoneCall],
        workingHours: .always)
    ).id
    let id = try actions.create(NewAction(.phoneCall, title: "Call", assistantID: ann)).id
    try actions.start(id)
    #expect(throws: ActionError.self) { try actions.complete(id, notes: text) }
    #expect(throws: ActionError.self) { try actions.complete(id, result: document) }
    #expect(throws: ActionError.self) { try actions.block(id, reason: text) }
    try actions.block(id, reason: "waiting")
    #expect(throws: ActionError.self) { try actions.unblock(id, resolution: text) }
    try actions.unblock(id)
    let failed = try actions.fail(id, error: text)
    #expect(failed.outcome.errorMessage?.utf8.count == 8192)
    #expect(try test.store.check() == [])
  }

  @Test("Customers and plans are bounded, too")
  func others() throws {
    let customers = test.store.customers
    let error = CustomerError.tooLong(
      field: "full name", problem: "has 1026 bytes of UTF-8, more than 1024")
    #expect(throws: error) {
      try customers.create(NewCustomer(fullName: line, email: "a@example.com"))
    }
    let id = try customers.create(NewCustomer(fullName: "Ada", email: "a@example.com")).id
    #expect(throws: CustomerError.self) {
      try customers.update(id) { $0.business.requirements = text }
    }
    #expect(throws: CustomerError.self) { try customers.update(id) { $0.metadata = document } }
    let result = try customers.importAll([NewCustomer(fullName: line, email: "b@example.com")])
    #expect(result.rejections.map(\.reason) == [error])
    for plan in [
      NewPlan(title: line, items: [NewPlan.Item(title: "a")]),
      NewPlan(title: "t", items: [NewPlan.Item(title: line)]),
      NewPlan(title: "t", items: [NewPlan.Item(title: "a", change: document)]),
    ] {
      #expect(throws: PlanError.self) { try test.store.plans.create(plan) }
    }
    #expect(try test.store.check() == [])
  }
}
