import Backoffice
import BackofficeTesting
import Testing

@Suite("Small methods and errors of the rooms")
struct SmallMethodsTests {
  private func customer(_ test: TestStore, trialDays: Int = 14) throws -> ID<Customer> {
    var new = NewCustomer(fullName: "Ada", email: "ada\(trialDays)@example.com", tier: .basic)
    new.trialDays = trialDays
    return try test.store.customers.create(new).id
  }

  @Test("A trial that is ended manually leaves no credits and ends once")
  func endTrial() throws {
    let test = try TestStore()
    let id = try customer(test)
    let ended = try test.store.subscriptions.endTrial(of: id)
    #expect(ended.status == .unpaid)
    #expect(try test.store.credits.balance(of: id).remaining == 0)
    #expect(
      throws: SubscriptionError.wrongStatus(id, found: .unpaid, expected: [.trialing])
    ) { try test.store.subscriptions.endTrial(of: id) }
    #expect(throws: SubscriptionError.invalidTrialLength(days: -1)) {
      try test.store.subscriptions.startTrial(of: id, days: -1)
    }
    #expect(try test.store.check() == [])
  }

  @Test("Periods are listed before they end, and no others")
  func periodsEnding() throws {
    let test = try TestStore()
    let id = try customer(test)
    try test.store.subscriptions.convertTrial(of: id)
    let now = test.clock.now
    let subscriptions = test.store.subscriptions
    #expect(try subscriptions.periodsEnding(before: now + .days(7)).elements.isEmpty)
    #expect(
      try subscriptions.periodsEnding(before: now + .days(40)).elements.map(\.customerID) == [id])
  }

  @Test("An id at the payment provider belongs to one customer")
  func providerID() throws {
    let test = try TestStore()
    let first = try customer(test)
    let second = try customer(test, trialDays: 7)
    try test.store.subscriptions.link(first, providerCustomerID: "cus_1")
    #expect(throws: SubscriptionError.providerIDTaken(second)) {
      try test.store.subscriptions.link(second, providerCustomerID: "cus_1")
    }
    #expect(try test.store.customers.find(providerCustomerID: "cus_1")?.id == first)
  }

  @Test("Credits that are not reserved can be neither spent nor released")
  func notReserved() throws {
    let test = try TestStore()
    let id = try customer(test)
    for kind in [CreditEntryKind.spend, .release] {
      #expect(throws: UsageError.creditsNotReserved(customer: id, credits: 5, reserved: 0)) {
        try test.store.write { transaction in
          try transaction.postCredits(kind, customer: id, credits: 5)
        }
      }
    }
    #expect(try test.store.check() == [])
  }

  @Test("A submission that was started but not delivered becomes pending again")
  func handBack() throws {
    let test = try TestStore()
    let directory = try test.store.directories.create(
      NewDirectory(name: "d", website: "https://d.example"))
    let id = try test.store.submissions.create(
      NewSubmission(customer: customer(test), directory: directory.id)
    ).id
    try test.store.submissions.start(id)
    #expect(try test.store.submissions.handBack(id).status == .pending)
    #expect(throws: SubmissionError.illegalMove(id, from: .pending, to: .pending)) {
      try test.store.submissions.handBack(id)
    }
    #expect(throws: SubmissionError.emptyText(field: "last_error_message")) {
      try test.store.submissions.fail(id, message: "")
    }
    #expect(try test.store.check() == [])
  }

  @Test("A verified directory has the time, and a duplicate in an import is reported")
  func directories() throws {
    let test = try TestStore()
    let id = try test.store.directories.create(
      NewDirectory(name: "d", website: "https://d.example")
    ).id
    test.clock.advance(by: .hours(1))
    try test.store.directories.markVerified(id)
    #expect(try test.store.directories.find(id)?.lastVerifiedAt == test.clock.now)
    let result = try test.store.directories.importAll([
      NewDirectory(name: "e", website: "https://e.example"),
      NewDirectory(name: "E", website: "https://www.e.example/"),
    ])
    #expect(
      result.rejections.map(\.reason) == [
        DirectoryError.duplicateInInput(key: "e.example", firstIndex: 0).description
      ])
  }

  @Test("The notification of a customer is recorded, and the default time follows the priority")
  func actions() throws {
    let test = try TestStore()
    let assistant = try test.store.assistants.create(
      NewAssistant(
        handle: "va", name: "VA", email: "va@example.com", skills: [.phoneCall],
        workingHours: .always))
    let id = try test.store.actions.create(
      NewAction(.phoneCall, title: "Call", customerID: customer(test))
    ).id
    #expect(try test.store.actions.candidates(for: id).map(\.assistantID) == [assistant.id])
    try test.store.actions.assign(id, to: assistant.id)
    try test.store.actions.waitForCustomer(id)
    #expect(
      try test.store.actions.markCustomerNotified(id).customerPart.notifiedAt == test.clock.now)
    #expect(
      (1...5).map { NewAction.defaultTime(forPriority: $0) }
        == [.hours(1), .hours(4), .hours(24), .hours(72), .hours(168)])
  }

  @Test("A status without transitions is terminal, and an unknown plan is named in the error")
  func statuses() throws {
    let test = try TestStore()
    let pipeline = try #require(try test.store.customers.pipeline(named: Pipeline.sales))
    #expect(!pipeline.isTerminal(.customerCalled))
    #expect(pipeline.statuses.contains { pipeline.isTerminal($0.status) })
    let unknown = ID<Plan>(high: 1, low: 2)
    #expect(throws: PlanError.unknownPlan(unknown)) {
      try test.store.plans.reject(unknown, reason: "no")
    }
  }

  @Test("The history ends with the current status even if the clock went back")
  func clockWentBack() throws {
    let test = try TestStore()
    let id = try customer(test)
    let batch = try test.store.batches.create(NewBatch(name: "b")).id
    test.clock.advance(by: .hours(-2))
    try test.store.customers.softDelete(id)
    try test.store.batches.cancel(batch)
    let last = try #require(
      try test.store.history.timeline(of: batch, kind: .batch).elements.last)
    #expect(last.to == "cancelled")
    #expect(last.at == TestStore.monday)
    #expect(last.recordedAt == test.clock.now)
    #expect(try test.store.check() == [])
  }

  @Test("A trial that is converted after the clock went back ends when it began")
  func trialPaid() throws {
    let test = try TestStore()
    let id = try customer(test)
    test.clock.advance(by: .hours(-2))
    let paid = try test.store.subscriptions.convertTrial(of: id)
    #expect(paid.status == .active)
    #expect(paid.trial?.endsAt == paid.trial?.startsAt)
    #expect(try test.store.check() == [])
  }
}
