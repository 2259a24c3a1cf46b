import Backoffice
import Testing

@Suite("Creating and finding customers")
struct CustomerCreationTests {
  let fixture: CustomersFixture
  var customers: Customers { fixture.customers }

  init() throws { fixture = try CustomersFixture() }

  @Test("A new customer has its keys, its first status, a history row, a trial and credits")
  func created() throws {
    var new = NewCustomer(
      fullName: "  Ada Lovelace ", email: " Ada@Example.COM ", phone: "+44 (20) 7946-0000",
      companyName: "Analytical Engines", tier: .basic)
    new.tags = ["math"]
    new.person.age = 36
    let customer = try customers.create(new)
    #expect(customer.fullName == "Ada Lovelace")
    #expect(customer.email == "Ada@Example.COM")
    #expect(customer.emailKey == "ada@example.com")
    #expect(customer.phoneKey == "442079460000")
    #expect(customer.status == .customerCalled)
    #expect(customer.createdAt == CustomersFixture.start)
    #expect(try customer.tagList() == ["math"])
    #expect(try customer.preferences() == NotificationPreferences())
    #expect(try customers.find(customer.id) == customer)
    #expect(try fixture.history(of: customer.id) == [">customer_called"])
    let subscription = try #require(try fixture.subscriptions.find(of: customer.id))
    #expect(subscription.status == .trialing)
    #expect(subscription.tier == .basic)
    #expect(try fixture.store.credits.balance(of: subscription.customerID).remaining == 100)
    #expect(subscription.trial?.endsAt == CustomersFixture.start + .days(14))
    #expect(try fixture.findings() == [])
  }

  @Test("A customer is found by any spelling of address and number, and by external id")
  func found() throws {
    var new = NewCustomer(
      fullName: "Ada", email: "ada@example.com", phone: "0044 20 7946 0000", tier: .basic)
    new.externalID = "user_1"
    let customer = try customers.create(new)
    #expect(try customers.find(email: "ADA@example.com ")?.id == customer.id)
    #expect(try customers.find(phone: "+44-20-7946-0000")?.id == customer.id)
    #expect(try customers.find(externalID: "user_1")?.id == customer.id)
    #expect(try customers.find(email: "unknown") == nil)
    #expect(try customers.find(phone: "x") == nil)
    try fixture.subscriptions.link(customer.id, providerCustomerID: "cus_1")
    #expect(try customers.find(providerCustomerID: "cus_1")?.id == customer.id)
  }

  @Test(
    "Malformed addresses are refused",
    arguments: [
      "ada", "ada@", "@example.com", "a b@example.com", "ada@example", "ada@@example.com",
      "ada@-example.com", "ada@example-.com", "ada..b@example.com", "ada.@example.com",
      "ada@example.com.", "ada@exam_ple.com", "a<b@example.com", "ada@example..com",
      ".ada@example.com", "ada@exam\u{0}ple.com",
      "\(String(repeating: "a", count: 65))@example.com",
    ])
  func invalidEmail(_ text: String) throws {
    #expect(throws: CustomerError.invalidEmail) {
      try customers.create(NewCustomer(fullName: "Ada", email: text, tier: .basic))
    }
    #expect(try customers.list().elements.isEmpty)
  }

  @Test(
    "Malformed numbers are refused",
    arguments: ["12345", "1234567890123456", "call me", "12+3456789", "555-CALL-NOW"])
  func invalidPhone(_ text: String) throws {
    #expect(throws: CustomerError.invalidPhone) {
      try customers.create(NewCustomer(fullName: "Ada", phone: text, tier: .basic))
    }
  }

  @Test("A customer without a name or contact, or with an invalid age or time zone, is refused")
  func invalidValues() throws {
    #expect(throws: CustomerError.emptyName) {
      try customers.create(NewCustomer(fullName: " ", email: "ada@example.com", tier: .basic))
    }
    #expect(throws: CustomerError.noContact) {
      try customers.create(NewCustomer(fullName: "Ada", email: " ", tier: .basic))
    }
    var old = NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .basic)
    old.person.age = 150
    #expect(throws: CustomerError.invalidAge(150)) { try customers.create(old) }
    var lost = NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .basic)
    lost.contact.timeZone = "Mars/Base"
    #expect(throws: CustomerError.unknownTimeZone("Mars/Base")) { try customers.create(lost) }
    var strange = NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .basic)
    strange.pipeline = "nothing"
    #expect(throws: CustomerError.unknownPipeline("nothing")) { try customers.create(strange) }
    strange.pipeline = Pipeline.sales
    strange.status = "nowhere"
    #expect(throws: CustomerError.unknownStatus("nowhere", pipeline: "sales")) {
      try customers.create(strange)
    }
    #expect(try customers.list().elements.isEmpty)
  }

  @Test("A duplicate address, number or external id is refused with the id of its customer")
  func taken() throws {
    var new = NewCustomer(
      fullName: "Ada", email: "ada@example.com", phone: "+442079460000", tier: .basic)
    new.externalID = "user_1"
    let ada = try customers.create(new)
    #expect(throws: CustomerError.emailTaken(by: ada.id)) {
      try customers.create(NewCustomer(fullName: "Eve", email: "ADA@example.com", tier: .basic))
    }
    #expect(throws: CustomerError.phoneTaken(by: ada.id)) {
      try customers.create(NewCustomer(fullName: "Eve", phone: "44 20 7946 0000", tier: .basic))
    }
    var eve = NewCustomer(fullName: "Eve", email: "eve@example.com", tier: .basic)
    eve.externalID = "user_1"
    #expect(throws: CustomerError.externalIDTaken(by: ada.id)) { try customers.create(eve) }
    let bob = try customers.create(
      NewCustomer(fullName: "Bob", email: "bob@example.com", tier: .basic))
    #expect(throws: CustomerError.emailTaken(by: ada.id)) {
      try customers.update(bob.id) { $0.email = "ada@example.com" }
    }
    #expect(try customers.find(bob.id) == bob)
  }

  @Test("An address or number of a deleted customer is refused with the advice to restore them")
  func takenByDeleted() throws {
    let ada = try customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", phone: "+442079460000", tier: .basic))
    try customers.softDelete(ada.id)
    #expect(throws: CustomerError.emailOfDeleted(ada.id)) {
      try customers.create(NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .basic))
    }
    #expect(throws: CustomerError.phoneOfDeleted(ada.id)) {
      try customers.create(NewCustomer(fullName: "Ada", phone: "+442079460000", tier: .basic))
    }
    #expect(CustomerError.emailOfDeleted(ada.id).description.contains("restore"))
    #expect(try customers.find(email: "ada@example.com") == nil)
    #expect(try customers.find(email: "ada@example.com", includingDeleted: true)?.id == ada.id)
    #expect(try customers.find(phone: "+442079460000", includingDeleted: true)?.id == ada.id)
    try customers.anonymise(ada.id)
    try customers.create(NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .basic))
  }

  @Test("An update changes keys and search, and one that changes nothing writes nothing")
  func update() throws {
    let ada = try fixture.ada()
    fixture.clock.advance(by: .minutes(1))
    let changed = try customers.update(ada.id) { customer in
      customer.email = "countess@example.com"
      customer.business.requirements = "punched cards"
    }
    #expect(changed.emailKey == "countess@example.com")
    #expect(changed.updatedAt == fixture.clock.now)
    #expect(try customers.find(ada.id) == changed)
    fixture.clock.advance(by: .minutes(1))
    #expect(try customers.update(ada.id) { $0.fullName += "" }.updatedAt == changed.updatedAt)
    #expect(throws: CustomerError.noContact) { try customers.update(ada.id) { $0.email = nil } }
    #expect(try customers.search("punched").map(\.customer.id) == [ada.id])
    #expect(try fixture.findings() == [])
  }

  @Test("Preferences are set without losing what else is stored with them")
  func preferences() throws {
    let ada = try fixture.ada()
    try customers.update(ada.id) { customer in
      customer.notificationPreferences = try JSONText(#"{"weekly_reports":false,"sms":true}"#)
    }
    var wanted = try #require(try customers.find(ada.id)).preferences()
    #expect(wanted == NotificationPreferences(weeklyReports: false))
    wanted.marketingEmails = true
    try customers.setPreferences(of: ada.id, to: wanted)
    let stored = try #require(try customers.find(ada.id))
    #expect(try stored.preferences() == wanted)
    #expect(stored.notificationPreferences.text.contains(#""sms":true"#))
  }

  @Test("Onboarding never goes back, and the first submission is recorded once")
  func onboarding() throws {
    let ada = try fixture.ada()
    #expect(try customers.advanceOnboarding(of: ada.id).onboarding.step == 1)
    #expect(try customers.advanceOnboarding(of: ada.id, to: 4).onboarding.step == 4)
    #expect(throws: CustomerError.invalidOnboardingStep(2, current: 4)) {
      try customers.advanceOnboarding(of: ada.id, to: 2)
    }
    #expect(try customers.completeOnboarding(of: ada.id).onboarding.isCompleted)
    try customers.markFirstSubmissionCompleted(of: ada.id)
    try customers.markFirstSubmissionCompleted(of: ada.id)
    #expect(try customers.find(ada.id)?.onboarding.firstSubmissionCompleted == true)
    let unknown = ID<Customer>(high: 1, low: 1)
    #expect(throws: CustomerError.notFound(unknown)) {
      try customers.markFirstSubmissionCompleted(of: unknown)
    }
  }
}
