import Backoffice
import BackofficeTesting
import Testing

@Suite("14.9: Keys of contacts")
struct ContactKeyTests {
  @Test(
    "Spellings of one address have one key",
    arguments: [
      ("jos\u{e9}@example.com", "jose\u{301}@example.com"),
      ("ada@example.com", "\u{feff}Ada@Example.com "),
      ("ada@example.com", "a\u{ad}da@exam\u{200b}ple.com"),
      ("ada@example.com", "\u{2060}ada@example.com\u{200d}"),
      ("o\u{308}@b\u{fc}cher.example", "\u{d6}@bu\u{308}cher.example"),
    ])
  func addresses(one: String, other: String) {
    #expect(ContactKey.email(one) != nil)
    #expect(ContactKey.email(one) == ContactKey.email(other))
    #expect(
      ContactKey.email(one)?.utf8.elementsEqual(ContactKey.email(other)?.utf8 ?? "".utf8) == true)
  }

  @Test(
    "Phone numbers are read as people type them",
    arguments: [
      ("+49 30 123", "4930123"), ("+49 (0)30 123", "4930123"), ("0049 (0) 30/123", "4930123"),
      ("tel:+49-30-123", "4930123"), ("Tel.: +49 30 123", "4930123"),
      ("\u{ff0b}\u{ff14}\u{ff19} \u{ff13}\u{ff10} \u{ff11}\u{ff12}\u{ff13}", "4930123"),
      ("\u{202a}+49 30 123\u{202c}", "4930123"), ("+49\u{a0}30\u{2011}123", "4930123"),
      ("(030) 123 4567", "0301234567"), ("030/1234567", "0301234567"),
      ("+1 212 555 0100 x12", "12125550100x12"), ("+1 212 555 0100 ext. 12", "12125550100x12"),
      ("+1 (212) 555-0100 Extension 12", "12125550100x12"),
      ("tel:+1-212-555-0100;ext=12", "12125550100x12"),
      ("+1 212 555 0100 #12", "12125550100x12"),
      ("+49 30 1234567, +49 170 7654321", "49301234567"),
      ("+49 30 1234567 / +49 170 7654321", "49301234567"),
      ("030 1234567 or 0170 7654321", "0301234567"), ("030 1234567; 0170 7654321", "0301234567"),
    ])
  func phones(text: String, key: String) {
    #expect(ContactKey.phone(text) == key)
  }

  @Test(
    "What is no phone number has no key",
    arguments: [
      "", "   ", "call me", "123456", "+49 30 12x", "1234567890123456", "12 + 34567890",
      "++4930123",
      "+49 30 123 ext. call", "ada@example.com", "fax 030 1234567", "x12",
      "+1 212 555 0100 x123456789",
    ])
  func noPhones(text: String) {
    #expect(ContactKey.phone(text) == nil)
  }

  @Test("Two extensions of one number are two customers, and a spelling of one of them is the same")
  func extensions() throws {
    let test = try TestStore()
    let customers = test.store.customers
    let one = try customers.create(NewCustomer(fullName: "One", phone: "+1 212 555 0100 x1")).id
    let two = try customers.create(NewCustomer(fullName: "Two", phone: "+1 212 555 0100 x2")).id
    #expect(one != two)
    #expect(try customers.find(phone: "001 (212) 555-0100 ext 2")?.id == two)
    #expect(throws: CustomerError.self) {
      try customers.create(NewCustomer(fullName: "Three", phone: "tel:+1-212-555-0100;ext=1"))
    }
    #expect(try test.store.check() == [])
  }

  @Test("An import leaves out a phone number that cannot be read, and says so")
  func importing() throws {
    let test = try TestStore()
    let rows = [
      NewCustomer(fullName: "Ada", email: "ada@example.com", phone: "after six"),
      NewCustomer(fullName: "Bob", phone: "after six"),
      NewCustomer(fullName: "Eve", email: "\u{feff}eve@example.com", phone: "+49 (0)30 123 ext. 4"),
    ]
    let result = try test.store.customers.importAll(rows)
    #expect(result.created == 2 && result.rejected == 1)
    #expect(result.warnings == [ImportResult.Rejection(row: 1, reason: .invalidPhone)])
    #expect(result.rejections.map(\.row) == [2])
    let again = try test.store.customers.importAll(rows)
    #expect(again.unchanged == 2 && again.rejected == 1)
    #expect(
      try test.store.customers.find(email: "eve@example.com")?.phone == "+49 (0)30 123 ext. 4")
    #expect(try test.store.check() == [])
  }

  @Test("Members of staff are found by any spelling of their number")
  func staff() throws {
    let test = try TestStore()
    let ann = try test.store.staff.create(name: "Ann", phone: "030 123 45 67")
    #expect(try test.store.staff.find(phone: "(030) 1234567")?.id == ann.id)
    let bob = try test.store.staff.create(name: "Bob", phone: "tel:+49-30-123")
    #expect(bob.phone == "+4930123")
    #expect(throws: StaffError.self) {
      try test.store.staff.create(name: "Bobby", phone: "0049 (0)30 123")
    }
  }
}
