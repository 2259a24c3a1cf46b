import Backoffice
import BackofficeHistories
import BackofficeTesting
import Testing

@Suite("Merging customers (issue 14)")
struct MergingTests {
  let test: TestStore
  var store: BackofficeStore { test.store }

  init() throws { test = try TestStore() }

  func customer(
    _ name: String, tier: SubscriptionTier? = nil, phone: String? = nil
  ) throws -> ID<Customer> {
    var new = NewCustomer(fullName: name, email: "\(name)@example.com", phone: phone, tier: tier)
    new.trialDays = 0
    new.externalID = "ext-\(name)"
    return try store.customers.create(new).id
  }

  func integer(_ sql: String, _ customer: ID<Customer>) throws -> Int {
    try store.read { transaction in
      try transaction.fetchOne(sql: sql, customer) { row in try row.value(at: 0) } ?? 0
    }
  }

  func requireClean() throws {
    let findings = try store.check()
    #expect(findings.isEmpty, "\(findings)")
    #expect(try store.rebuild() == [:])
  }

  @Test("The id and every key of the duplicate find the survivor, and no one else gets them")
  func keys() throws {
    let one = try customer("one", phone: "+49 30 1111111")
    let two = try customer("two", phone: "+49 30 2222222")
    let merge = try store.customers.merge(one, into: two, reason: "same person")
    #expect(merge.duplicate == one && merge.survivor == two)
    #expect(try store.customers.find(one)?.id == two)
    #expect(try store.customers.survivor(of: one) == two)
    #expect(try store.customers.survivor(of: two) == two)
    #expect(try store.customers.find(email: "ONE@example.com")?.id == two)
    #expect(try store.customers.find(phone: "+49 (0)30 1111111")?.id == two)
    #expect(try store.customers.find(externalID: "ext-one")?.id == two)
    #expect(try store.customers.find(email: "two@example.com")?.id == two)
    #expect(throws: CustomerError.externalIDTaken(by: two)) { try customer("one") }
    #expect(throws: CustomerError.emailTaken(by: two)) {
      try store.customers.create(NewCustomer(fullName: "x", email: "one@example.com"))
    }
    // The survivor itself may use the address.
    try store.customers.update(two) { $0.email = "one@example.com" }
    #expect(try store.customers.find(email: "one@example.com")?.id == two)
    #expect(try store.customers.search("one").map(\.customer.id) == [two])
    #expect(throws: CustomerError.merged(one, into: two)) { try store.customers.restore(one) }
    #expect(throws: CustomerError.merged(one, into: two)) { try store.customers.softDelete(one) }
    #expect(throws: CustomerError.merged(one, into: two)) {
      try store.customers.update(one) { $0.fullName = "x" }
    }
    let timeline = try store.history.timeline(of: one, kind: .customer).elements
    #expect(timeline.count == 2 && timeline.contains { $0.reason == "same person" })
    for id in [one, two] {
      let entry = try store.audit.entries(of: id, kind: .customer).elements.first
      #expect(entry?.action == "customer.merged")
    }
    try requireClean()
  }

  @Test("What the survivor does not have it takes over; what it has stays")
  func filled() throws {
    let owner = try store.staff.create(name: "Sam", phone: "+15550001111").id
    let one = try customer("one", phone: "+49 30 1111111")
    try store.customers.assignOwner(of: one, to: owner)
    try store.customers.update(one) {
      $0.business.companyName = "Looms"
      $0.tags = try JSONText(encoding: ["a", "b"])
    }
    try store.credentials.setPasswordHash("hash-1", of: one)
    let two = try store.customers.create(NewCustomer(fullName: "Two", phone: "+15550002222")).id
    try store.customers.update(two) { $0.tags = try JSONText(encoding: ["b", "c"]) }
    let merge = try store.customers.merge(one, into: two)
    let survivor = try #require(try store.customers.find(two))
    #expect(survivor.fullName == "Two" && survivor.phone == "+15550002222")
    #expect(survivor.email == "one@example.com" && survivor.externalID == "ext-one")
    #expect(survivor.business.companyName == "Looms" && survivor.ownerID == owner)
    #expect(try survivor.tagList() == ["b", "c", "a"])
    #expect(
      Set(merge.filledFields) == ["external_id", "email", "company_name", "owner_id", "tags"])
    #expect(!merge.hasDroppedCredentials)
    #expect(try integer("SELECT count(*) FROM credentials WHERE customer_id = ?", two) == 1)
    #expect(try store.customers.find(phone: "+49 30 1111111")?.id == two)
    try requireClean()
  }

  @Test("A merge is repeated without effect, chains are one step long, and cycles are refused")
  func chains() throws {
    let (one, two, three) = try (customer("one"), customer("two"), customer("three"))
    let first = try store.customers.merge(one, into: two)
    #expect(try store.customers.merge(one, into: two) == first)
    #expect(throws: CustomerError.merged(one, into: two)) {
      try store.customers.merge(one, into: three)
    }
    #expect(throws: CustomerError.mergeIntoItself(two)) {
      try store.customers.merge(two, into: one)
    }
    #expect(throws: CustomerError.mergeIntoItself(two)) {
      try store.customers.merge(two, into: two)
    }
    try store.customers.merge(two, into: three)
    for id in [one, two, three] {
      #expect(try store.customers.find(id)?.id == three)
      #expect(try store.customers.find(id)?.mergedInto == nil)
    }
    #expect(try store.customers.find(email: "one@example.com")?.id == three)
    #expect(try store.customers.merge(one, into: three) == first)
    #expect(try store.customers.merge(one, into: two) == first)
    #expect(throws: CustomerError.mergeIntoItself(three)) {
      try store.customers.merge(three, into: one)
    }
    // The id of a merged customer stands for its survivor.
    let four = try customer("four")
    #expect(try store.customers.merge(four, into: one).survivor == three)
    #expect(try store.customers.merges(into: one).map(\.duplicate) == [one, two, four])
    let nobody = ID<Customer>(high: 1, low: 2)
    #expect(throws: CustomerError.notFound(nobody)) {
      try store.customers.merge(nobody, into: three)
    }
    try store.customers.softDelete(three)
    let five = try customer("five")
    #expect(throws: CustomerError.deleted(three)) { try store.customers.merge(five, into: three) }
    try requireClean()
  }

  @Test("Nothing new is written for a merged customer, whatever the statement")
  func refused() throws {
    let (one, two) = try (customer("one", tier: .basic), customer("two"))
    let directory = try store.directories.create(
      NewDirectory(name: "d", website: "https://d.example", expectedApprovalDays: 3)
    ).id
    try store.customers.merge(one, into: two)
    let expected = CustomerError.merged(one, into: two)
    #expect(throws: expected) {
      try store.usage.record(UsageEvent(key: "k", customerID: one, meter: "calls"))
    }
    #expect(throws: expected) {
      var item = NewQueueItem(kind: "chore")
      item.customerID = one
      try store.queue.enqueue(item)
    }
    #expect(throws: expected) {
      try store.submissions.create(NewSubmission(customer: one, directory: directory))
    }
    #expect(throws: expected) {
      try store.subscriptions.open(for: one, tier: .basic)
    }
    #expect(throws: expected) {
      try store.write { transaction in
        _ = try transaction.execute(
          sql: "UPDATE subscriptions SET customer_id = ?2 WHERE customer_id = ?1", two, one)
      }
    }
    #expect(throws: expected) { try store.workflows.purgeCustomer(one) }
    #expect(expected.description.contains("\(two)"))
    try requireClean()
  }

  @Test("Of two subscriptions that of the duplicate must have ended; a single one moves")
  func subscriptions() throws {
    let (one, two) = try (customer("one", tier: .pro), customer("two", tier: .basic))
    #expect(throws: CustomerError.bothSubscribed(duplicate: one, survivor: two)) {
      try store.customers.merge(one, into: two)
    }
    #expect(try store.customers.find(one)?.id == one)
    try store.subscriptions.cancelNow(of: one)
    let merge = try store.customers.merge(one, into: two)
    #expect(!merge.hasMovedSubscription)
    #expect(try store.subscriptions.find(of: two)?.tier == .basic)
    try requireClean()
    let three = try customer("three")
    try store.credits.setTerms(CreditTerms(limit: 0), of: three)
    try store.credits.grant(7, to: three)
    let before = try store.credits.balance(of: two)
    #expect(try store.customers.merge(two, into: three).hasMovedSubscription)
    #expect(try store.subscriptions.find(of: three)?.tier == .basic)
    // The ended subscription of the duplicate's duplicate stays where it was.
    #expect(try store.subscriptions.find(of: two)?.customerID == three)
    #expect(try store.subscriptions.find(of: one)?.status == .cancelled)
    let after = try store.credits.balance(of: three)
    #expect(after.remaining == before.remaining + 7)
    #expect(after.limit == before.limit)
    try requireClean()
    test.clock.advance(by: .days(70))
    try store.upkeep.run()
    #expect(try store.credits.balance(of: three).remaining > 0)
    try requireClean()
  }

  @Test("Work in every state moves with its credits, whoever merges")
  func work() throws {
    let (one, two) = try (customer("one", tier: .pro), customer("two"))
    let batch = try store.batches.create(NewBatch(name: "b", customerID: one))
    var schedule = NewQueueSchedule(name: "s", kind: "chore", every: .hours(1))
    schedule.customerID = one
    try store.schedules.create(schedule)
    for _ in 0..<5 {
      var item = NewQueueItem(kind: "chore")
      item.customerID = one
      item.credits = 2
      try store.queue.enqueue(item)
    }
    let leases = try store.queue.claim(4, worker: "w").map(\.lease)
    try store.queue.complete(leases[0])
    try store.queue.fail(leases[1], error: ItemFailure(message: "no"), retry: .never)
    try store.queue.fail(leases[2], error: ItemFailure(message: "later"))
    let action = try store.actions.create(
      NewAction(.phoneCall, title: "Call", customerID: one, priority: 2))
    var about = NewAction(.phoneCall, title: "Ask", priority: 2)
    about.subject = EntityReference(.customer, one)
    let question = try store.actions.create(about)
    let plan = try store.plans.create(
      NewPlan(title: "p", items: [NewPlan.Item(title: "i")], customerID: one))
    let ours = try [0, 1].map { number in
      try store.directories.create(
        NewDirectory(
          name: "d\(number)", website: "https://d\(number).example", expectedApprovalDays: 3)
      ).id
    }
    let moved = try store.submissions.create(NewSubmission(customer: one, directory: ours[0]))
    let kept = try store.submissions.create(NewSubmission(customer: one, directory: ours[1]))
    try store.submissions.create(NewSubmission(customer: two, directory: ours[1]))
    let clerk = store.acting(as: Principal(kind: .staff, id: "clerk"))
    let merge = try clerk.customers.merge(one, into: two)
    #expect(merge.queueItems == 5 && merge.batches == 1 && merge.schedules == 1)
    #expect(merge.actions == 1 && merge.plans == 1)
    #expect(merge.submissions == 1 && merge.keptSubmissions == 1)
    #expect(try store.batches.find(batch.id)?.customerID == two)
    #expect(try store.actions.find(action.id)?.customerID == two)
    #expect(try store.actions.find(question.id)?.subject == EntityReference(.customer, two))
    #expect(try store.plans.find(plan.id)?.customerID == two)
    #expect(try store.submissions.find(moved.id)?.customer == two)
    #expect(try store.submissions.find(kept.id)?.customer == one)
    let balance = try store.credits.balance(of: two)
    #expect(balance.spent == 2 && balance.reserved == 6)
    try requireClean()
    // The work goes on for the survivor.
    try store.queue.complete(leases[3])
    #expect(try store.credits.balance(of: two).spent == 4)
    test.clock.advance(by: .hours(2))
    try store.schedules.enqueueDue()
    let newest = try store.queue.claim(9, worker: "w").map(\.item.customerID)
    #expect(!newest.isEmpty && newest.allSatisfy { $0 == two })
    try requireClean()
  }

  @Test("Lookups by the old id find what the survivor has, and retries are answered as before")
  func oldID() throws {
    let (one, two) = try (customer("one", tier: .pro), customer("two"))
    let asked = UsageEvent(key: "a", customerID: one, meter: "calls", quantity: 3)
    let recorded = UsageEvent(key: "b", customerID: one, meter: "pages", quantity: 2)
    let answer = try store.usage.consume(asked, limit: .quantity(4))
    try store.usage.record(recorded)
    let hold = try store.credits.hold(5, of: one, key: "h")
    try store.customers.merge(one, into: two)
    #expect(try store.usage.consume(asked, limit: .quantity(4)) == answer)
    var same = asked
    same.customerID = two
    #expect(try store.usage.consume(same, limit: .quantity(4)) == answer)
    #expect(try store.usage.record(recorded) == .duplicate)
    #expect(try store.credits.hold(5, of: one, key: "h").id == hold.id)
    let month = try store.read { CalendarMonth(of: $0.zone.date(of: $0.now)) }
    #expect(try store.usage.records(of: one, in: month) == store.usage.records(of: two, in: month))
    #expect(try store.usage.records(of: one, in: month).map(\.quantity) == [3, 2])
    #expect(try store.usage.state(of: "calls", for: one).used == 3)
    #expect(try store.usage.events(of: one, meter: "calls").elements.map(\.customerID) == [two])
    #expect(try store.credits.balance(of: one) == store.credits.balance(of: two))
    #expect(try store.tiers.find(of: one)?.name == .pro)
    #expect(try store.entitlements.check(one, credits: 1).isAllowed)
    try store.credits.capture(hold.id, of: one)
    try requireClean()
  }

  @Test("An import of a key of the duplicate updates the survivor, and leaves its own keys")
  func imported() throws {
    let one = try customer("one", phone: "+49 30 1111111")
    let two = try customer("two", phone: "+49 30 2222222")
    let three = try customer("three")
    try store.customers.merge(one, into: two)
    var row = NewCustomer(fullName: "New name", email: "one@example.com", phone: "+49 30 1111111")
    row.externalID = "ext-one"
    let result = try store.customers.importAll([
      row, NewCustomer(fullName: "Two", phone: "+49 30 1111111"),
      NewCustomer(fullName: "x", email: "three@example.com", phone: "+49 30 1111111"),
    ])
    #expect(result.updated == 2 && result.rejected == 1, "\(result)")
    #expect(
      result.rejections.first?.reason == .keysOfDifferentCustomers(email: three, phone: two))
    let survivor = try #require(try store.customers.find(two))
    #expect(survivor.fullName == "Two" && survivor.email == "two@example.com")
    #expect(survivor.phone == "+49 30 2222222" && survivor.externalID == "ext-two")
    try requireClean()
  }

  @Test("Purging the survivor erases the duplicates")
  func purged() throws {
    let (one, two) = try (customer("one"), customer("two"))
    try store.customers.merge(one, into: two)
    try store.workflows.purgeCustomer(two)
    let count = "SELECT count(*) FROM customers WHERE anonymised_at IS NOT NULL AND ? IS NOT NULL"
    #expect(try integer(count, two) == 2)
    #expect(try store.customers.find(email: "one@example.com", includingDeleted: true) == nil)
    try requireClean()
  }

  @Test("Usage in two currencies in one period is not added up")
  func currencies() throws {
    let (one, two) = try (customer("one"), customer("two"))
    for (id, currency) in [(one, Currency.usd), (two, Currency.eur)] {
      try store.usage.record(
        UsageEvent(
          key: "\(id)", customerID: id, meter: "calls",
          amount: Money(minorUnits: 5, currency: currency)))
    }
    #expect(
      throws: UsageError.currencyMismatch(
        customer: two, meter: "calls", expected: .eur, found: .usd)
    ) { try store.customers.merge(one, into: two) }
    #expect(try store.customers.find(one)?.id == one)
    try requireClean()
  }
}
