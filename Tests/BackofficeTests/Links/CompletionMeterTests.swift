import Backoffice
import BackofficeTesting
import Testing

@Suite("Completed items as usage")
struct CompletionMeterTests {
  let test: TestStore
  let customer: ID<Customer>

  init() throws {
    test = try TestStore()
    customer = try test.sampleCustomers(1)[0].id
  }

  private func complete(_ kind: String, for customer: ID<Customer>?) throws {
    var item = NewQueueItem(kind: kind)
    item.customerID = customer
    try test.store.queue.enqueue(item)
    try test.drain()
  }

  private func meters() throws -> [String] {
    try ["submissions", "mails", "letters"].filter { meter in
      try !test.store.usage.events(of: customer, meter: Meter(rawValue: meter)).elements.isEmpty
    }
  }

  @Test("A kind is counted only while it is declared")
  func declared() throws {
    let usage = test.store.usage
    try complete("submit", for: customer)
    #expect(try meters() == [])
    try usage.countCompletions(of: "submit", as: .submissions)
    try usage.countCompletions(of: "mail", as: Meter(rawValue: "mails"))
    #expect(
      try usage.countedCompletions() == ["submit": .submissions, "mail": Meter(rawValue: "mails")])
    try complete("submit", for: customer)
    try complete("mail", for: customer)
    try complete("other", for: customer)
    try complete("submit", for: nil)
    #expect(try meters() == ["submissions", "mails"])
    try usage.countCompletions(of: "submit", as: nil)
    try usage.countCompletions(of: "mail", as: Meter(rawValue: "letters"))
    try complete("submit", for: customer)
    try complete("mail", for: customer)
    #expect(try meters() == ["submissions", "mails", "letters"])
    #expect(try usage.countedCompletions() == ["mail": Meter(rawValue: "letters")])
    #expect(try usage.events(of: customer, meter: .submissions).elements.count == 1)
    #expect(try test.store.check() == [])
  }

  @Test("A declaration that is rolled back has no effect")
  func undone() throws {
    struct Undo: Error {}
    try complete("submit", for: customer)
    #expect(throws: Undo.self) {
      try test.store.write { transaction in
        try transaction.usage.countCompletions(of: "submit", as: .submissions)
        throw Undo()
      }
    }
    try complete("submit", for: customer)
    #expect(try meters() == [])
  }

  @Test("Kinds and meters without a name are refused")
  func refused() {
    #expect(throws: UsageError.self) {
      try test.store.usage.countCompletions(of: "", as: .submissions)
    }
    #expect(throws: UsageError.self) {
      try test.store.usage.countCompletions(of: "submit", as: Meter(rawValue: ""))
    }
  }
}
