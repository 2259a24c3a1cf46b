import Backoffice
import Testing

@Suite("Staff and sign-in")
struct StaffTests {
  let fixture: CustomersFixture
  var staff: Staff { fixture.store.staff }

  init() throws { fixture = try CustomersFixture() }

  @Test("A new store has no staff")
  func empty() throws {
    #expect(try staff.list().isEmpty)
    #expect(try fixture.customers.list().elements.isEmpty)
  }

  @Test("Staff are found by number and address, and keys are unique")
  func create() throws {
    let one = try staff.create(
      name: "One", phone: "+1 898 0994 001", email: "One@example.com", role: .admin)
    #expect(one.phone == "+18980994001")
    #expect(try staff.find(phone: "18980994001") == one)
    #expect(try staff.find(email: "one@EXAMPLE.com") == one)
    #expect(try staff.find(one.id) == one)
    #expect(throws: StaffError.phoneTaken(by: one.id)) {
      try staff.create(name: "Two", phone: "18980994001")
    }
    #expect(throws: StaffError.emailTaken(by: one.id)) {
      try staff.create(name: "Two", phone: "18980994002", email: "one@example.com")
    }
    for phone in ["123", "call me", "1234567890123456"] {
      #expect(throws: StaffError.invalidPhone) { try staff.create(name: "Two", phone: phone) }
    }
    #expect(try staff.changeRole(of: one.id, to: .sales).role == .sales)
    #expect(try staff.deactivate(one.id).isActive == false)
    #expect(try staff.activate(one.id).isActive)
    try staff.softDelete(one.id)
    #expect(throws: StaffError.deleted(one.id)) { try staff.activate(one.id) }
    try staff.create(name: "Two", phone: "18980994001")
  }

  @Test("Too many failed sign-ins lock a customer out for a while")
  func lock() throws {
    let ada = try fixture.ada().id
    let credentials = fixture.store.credentials
    #expect(try credentials.loginState(of: ada).failedAttempts == 0)
    for attempt in 1...4 {
      let state = try credentials.recordFailedLogin(of: ada)
      #expect(state.failedAttempts == attempt && state.lockedUntil == nil)
    }
    let locked = try credentials.recordFailedLogin(of: ada)
    #expect(locked.lockedUntil == fixture.clock.now + .minutes(15))
    #expect(try credentials.recordFailedLogin(of: ada) == locked)
    fixture.clock.advance(by: .minutes(15))
    #expect(try credentials.loginState(of: ada).lockedUntil == nil)
    #expect(try credentials.recordFailedLogin(of: ada).failedAttempts == 1)
    try credentials.recordLogin(of: ada)
    #expect(try credentials.loginState(of: ada).failedAttempts == 0)
    try credentials.setPasswordHash("hash", of: ada)
    #expect(try credentials.passwordHash(of: ada) == "hash")
  }
}
