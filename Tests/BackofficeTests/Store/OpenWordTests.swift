import Backoffice
import Testing

@Suite("Words of the business")
struct OpenWordTests {
  let fixture: CustomersFixture
  var store: BackofficeStore { fixture.store }

  init() throws { fixture = try CustomersFixture() }

  @Test("A program's own role, contact method, execution mode and directory words are kept")
  func kept() throws {
    let member = try store.staff.create(name: "Sam", phone: "18980994001", role: "support")
    #expect(try store.staff.find(member.id)?.role == "support")
    #expect(try store.staff.changeRole(of: member.id, to: "lead").role == "lead")
    var new = NewCustomer(fullName: "Ada", email: "ada@example.com")
    new.contact.preferredMethod = "whatsapp"
    new.executionMode = "four_eyes"
    let customer = try store.customers.create(new)
    let found = try #require(try store.customers.find(customer.id))
    #expect(found.contact.preferredMethod == "whatsapp" && found.executionMode == "four_eyes")
    let directory = try store.directories.create(
      NewDirectory(
        name: "D", website: "d.example.com", linkType: "sponsored", pricingModel: "auction"))
    let kept = try #require(try store.directories.find(directory.id))
    #expect(kept.linkType == "sponsored" && kept.pricingModel == "auction")
    let submission = try store.submissions.create(
      NewSubmission(customer: customer.id, directory: directory.id, method: "partner_feed"))
    let rated = try store.submissions.rate(submission.id, compliance: "waived")
    #expect(rated.effort.method == "partner_feed" && rated.quality.compliance == "waived")
    #expect(try fixture.findings() == [])
  }

  @Test("A blank value is refused with a typed error")
  func blank() throws {
    #expect(throws: StaffError.emptyRole) {
      try store.staff.create(name: "Sam", phone: "18980994001", role: " ")
    }
    #expect(StaffError.emptyRole.description == "a member of staff needs a role such as sales")
    let member = try store.staff.create(name: "Sam", phone: "18980994001")
    #expect(throws: StaffError.emptyRole) { try store.staff.changeRole(of: member.id, to: "") }
    let customer = try fixture.ada()
    #expect(throws: CustomerError.blankWord(field: "execution_mode")) {
      try store.customers.update(customer.id) { $0.executionMode = "" }
    }
    #expect(throws: CustomerError.blankWord(field: "preferred_contact_method")) {
      try store.customers.update(customer.id) { $0.contact.preferredMethod = " " }
    }
    #expect(
      CustomerError.blankWord(field: "execution_mode").description
        == "execution_mode is blank; give it a value")
    #expect(throws: DirectoryError.blankWord(field: .linkType)) {
      try store.directories.create(
        NewDirectory(name: "D", website: "d.example.com", linkType: ""))
    }
    let directory = try store.directories.create(NewDirectory(name: "D", website: "d.example.com"))
    #expect(throws: DirectoryError.blankWord(field: .pricingModel)) {
      try store.directories.update(directory.id) { $0.pricingModel = "" }
    }
    #expect(throws: SubmissionError.emptyText(field: "automation_method")) {
      try store.submissions.create(
        NewSubmission(customer: customer.id, directory: directory.id, method: ""))
    }
  }

  @Test("A program's own kind of principal is stored and has no rights in the store")
  func principals() throws {
    let robot = store.acting(as: Principal(kind: "robot", id: "7"))
    let customer = try robot.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com"))
    let entry = try store.history.lastChange(of: customer.id, kind: .customer)
    #expect(entry?.actor == Principal(kind: "robot", id: "7"))
    let action = try store.actions.create(
      NewAction(.phoneCall, title: "Call", customerID: customer.id))
    #expect(
      throws: ActionError.notPermitted(
        action.id, principal: Principal(kind: "robot", id: "7"), operation: "assign")
    ) { try robot.actions.assignAutomatically(action.id) }
    #expect(Principal(kind: "", id: "x") == Principal(kind: .unknown, id: "x"))
    #expect(Principal(kind: "a:b").kind == .unknown)
  }
}
