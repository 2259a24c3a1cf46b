import Backoffice
import Testing

@Suite("Statuses, owners and removal of customers")
struct CustomerStatusTests {
  let fixture: CustomersFixture
  var customers: Customers { fixture.customers }

  init() throws { fixture = try CustomersFixture() }

  @Test(
    "A customer moves along the sales pipeline, and the history has the principal and the reason")
  func moves() throws {
    let ada = try fixture.ada()
    let actor = Principal(kind: .staff, id: "7")
    let path: [CustomerStatus] = [
      .repliedToCustomer, .orderPlaced, .orderCancelled, .orderPlaced, .productDelivered,
      .businessDone,
    ]
    for status in path {
      fixture.clock.advance(by: .hours(1))
      try fixture.store.acting(as: actor).customers.changeStatus(
        of: ada.id, to: status, reason: "call")
    }
    #expect(try customers.find(ada.id)?.status == .businessDone)
    #expect(try fixture.history(of: ada.id).count == 7)
    let last = try fixture.store.read { transaction in
      try transaction.fetchOne(
        sql: """
          SELECT from_status || ' ' || to_status || ' ' || actor_kind || ' ' || actor_id || ' '
            || reason || ' ' || pipeline
          FROM status_history WHERE entity_kind = 'customer' ORDER BY pk DESC LIMIT 1
          """
      ) { row in try row.value(at: 0, as: String.self) }
    }
    #expect(last == "product_delivered business_done staff 7 call sales")
    #expect(try fixture.findings() == [])
  }

  @Test("An illegal transition is refused with the allowed ones")
  func illegal() throws {
    let ada = try fixture.ada()
    let error = #expect(throws: CustomerError.self) {
      try customers.changeStatus(of: ada.id, to: .businessDone)
    }
    #expect(
      error
        == .illegalMove(
          ada.id, from: .customerCalled, to: .businessDone,
          allowed: [.lost, .repliedToCustomer]))
    #expect(throws: CustomerError.sameStatus(ada.id, .customerCalled)) {
      try customers.changeStatus(of: ada.id, to: .customerCalled)
    }
    #expect(throws: CustomerError.unknownStatus("Customer called", pipeline: "sales")) {
      try customers.changeStatus(of: ada.id, to: "Customer called")
    }
    #expect(
      throws: CustomerError.statusChanged(
        ada.id, expected: .orderPlaced, found: .customerCalled)
    ) {
      try customers.changeStatus(of: ada.id, to: .lost, expecting: .orderPlaced)
    }
    #expect(try customers.find(ada.id) == ada)
    #expect(try fixture.history(of: ada.id).count == 1)
  }

  @Test("Raw SQL cannot make an illegal transition; a legal one gets a history row and a stamp")
  func rawMoves() throws {
    let ada = try fixture.ada()
    #expect(throws: CustomerError.self) {
      try fixture.store.write { transaction in
        try transaction.execute(sql: "UPDATE customers SET status = 'business_done'")
      }
    }
    fixture.clock.advance(by: .hours(1))
    _ = try fixture.store.write { transaction in
      try transaction.execute(sql: "UPDATE customers SET status = 'lost'")
    }
    #expect(try fixture.history(of: ada.id) == [">customer_called", "customer_called>lost"])
    #expect(try customers.find(ada.id)?.updatedAt == fixture.clock.now)
    #expect(try fixture.findings() == [])
  }

  @Test("A backdated transition keeps its time, within the order of the history")
  func backdated() throws {
    let ada = try fixture.ada()
    fixture.clock.advance(by: .days(10))
    let at = CustomersFixture.start + .days(2)
    try customers.changeStatus(of: ada.id, to: .repliedToCustomer, at: at)
    let times = try fixture.store.read { transaction in
      try transaction.fetchOne(
        sql: """
          SELECT at, recorded_at FROM status_history
          WHERE entity_kind = 'customer' ORDER BY pk DESC
          """
      ) { row in try [row.value(at: 0, as: Timestamp.self), row.value(at: 1)] }
    }
    #expect(times == [at, fixture.clock.now])
    for wrong in [CustomersFixture.start, fixture.clock.now + .hours(1)] {
      #expect(
        throws: CustomerError.timeOutOfOrder(
          ada.id, at: wrong, earliest: at, latest: fixture.clock.now)
      ) { try customers.changeStatus(of: ada.id, to: .lost, at: wrong) }
    }
    #expect(try fixture.findings() == [])
  }

  @Test("A pipeline can be defined and changed, and an inconsistent one is refused")
  func pipelines() throws {
    let renewals = Pipeline(
      "renewals",
      statuses: [
        .init("due", isInitial: true), .init("renewed", isConverted: true),
        .init("gone", isLost: true),
      ], transitions: ["due": ["renewed", "gone"]])
    try customers.definePipeline(renewals)
    #expect(try customers.pipeline(named: "renewals") == renewals)
    #expect(try customers.pipelineNames() == ["renewals", "sales"])
    var new = NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .basic)
    new.pipeline = "renewals"
    let ada = try customers.create(new)
    #expect(ada.status == "due")
    #expect(throws: CustomerError.illegalMove(ada.id, from: "renewed", to: "due", allowed: [])) {
      try customers.changeStatus(of: ada.id, to: "renewed")
      try customers.changeStatus(of: ada.id, to: "due")
    }
    #expect(throws: CustomerError.pipelineFixed(ada.id)) {
      try fixture.store.write { transaction in
        try transaction.execute(
          sql: "UPDATE customers SET pipeline = 'sales', status = 'lost'")
      }
    }
    var changed = renewals
    changed.statuses.removeAll { $0.status == "renewed" }
    changed.transitions = ["due": ["gone"]]
    #expect(throws: CustomerError.statusInUse("renewed", pipeline: "renewals")) {
      try customers.definePipeline(changed)
    }
    #expect(try customers.pipeline(named: "renewals") == renewals)
    changed.statuses.append(.init("due"))
    #expect(
      throws: CustomerError.invalidPipeline("renewals", problem: "a status is listed twice")
    ) { try customers.definePipeline(changed) }
    #expect(try customers.pipeline(named: "sales")?.transitions.count == 6)
  }

  @Test("Owners must be active, and a change of owner is recorded in the history")
  func owners() throws {
    let ada = try fixture.ada()
    let one = try fixture.store.staff.create(name: "One", phone: "+18980994001")
    let two = try fixture.store.staff.create(name: "Two", phone: "18980994002")
    try customers.assignOwner(of: ada.id, to: one.id)
    try customers.assignOwner(of: ada.id, to: one.id)
    try customers.assignOwner(of: ada.id, to: two.id)
    #expect(
      try fixture.history(of: ada.id) == [
        ">customer_called", "customer_called>customer_called [reassigned]",
        "customer_called>customer_called [reassigned]",
      ])
    try fixture.store.staff.deactivate(one.id)
    #expect(throws: CustomerError.inactiveOwner(one.id)) {
      try customers.assignOwner(of: ada.id, to: one.id)
    }
    #expect(throws: CustomerError.inactiveOwner(one.id)) {
      try fixture.store.write { transaction in
        try transaction.execute(sql: "UPDATE customers SET owner_id = ?", one.id)
      }
    }
    let unknown = ID<StaffMember>(high: 1, low: 1)
    #expect(throws: CustomerError.unknownOwner(unknown)) {
      try customers.assignOwner(of: ada.id, to: unknown)
    }
    #expect(throws: StaffError.ownsCustomers(two.id)) {
      try fixture.store.staff.softDelete(two.id)
    }
    #expect(try customers.reassignAll(from: two.id, to: nil) == 1)
    try fixture.store.staff.softDelete(two.id)
    #expect(try fixture.findings() == [])
  }

  @Test("Deletion and restoration are recorded in the history, by method or by raw SQL")
  func deletion() throws {
    let ada = try fixture.ada()
    try customers.softDelete(ada.id)
    #expect(throws: CustomerError.deleted(ada.id)) { try customers.softDelete(ada.id) }
    #expect(throws: CustomerError.deleted(ada.id)) { try customers.update(ada.id) { _ in } }
    #expect(try customers.list().elements.isEmpty)
    #expect(try customers.search("ada").isEmpty)
    #expect(try customers.listDeleted().elements.map(\.id) == [ada.id])
    _ = try fixture.store.write { transaction in
      try transaction.execute(sql: "UPDATE customers SET deleted_at = NULL")
    }
    #expect(throws: CustomerError.notDeleted(ada.id)) { try customers.restore(ada.id) }
    #expect(
      try fixture.history(of: ada.id) == [
        ">customer_called", "customer_called>customer_called [deleted]",
        "customer_called>customer_called [restored]",
      ])
    #expect(try customers.search("ada").count == 1)
    #expect(try fixture.findings() == [])
  }

  @Test("Anonymising erases the person and keeps the history")
  func anonymise() throws {
    let ada = try fixture.ada()
    try fixture.subscriptions.link(ada.id, providerCustomerID: "cus_1")
    try fixture.store.credentials.setPasswordHash("hash", of: ada.id)
    try customers.softDelete(ada.id)
    #expect(try customers.anonymiseExpired() == 0)
    fixture.clock.advance(by: Customers.standardRetention)
    #expect(try customers.anonymiseExpired() == 1)
    #expect(try customers.anonymiseExpired() == 0)
    let gone = try #require(try customers.find(ada.id))
    #expect(gone.fullName == "anonymised")
    #expect(gone.email == nil && gone.emailKey == nil && gone.business.companyName == nil)
    #expect(try fixture.store.credentials.passwordHash(of: ada.id) == nil)
    let subscription = try #require(try fixture.subscriptions.find(of: ada.id))
    #expect(subscription.status == .cancelled)
    #expect(subscription.provider.customerID == nil)
    #expect(try fixture.history(of: ada.id).count == 2)
    #expect(throws: CustomerError.anonymised(ada.id)) { try customers.restore(ada.id) }
    #expect(try fixture.findings() == [])
  }
}
