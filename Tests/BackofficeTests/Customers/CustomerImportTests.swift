import Backoffice
import BackofficeTesting
import Testing

@Suite("Importing, searching and listing customers")
struct CustomerImportTests {
  let fixture: CustomersFixture
  var customers: Customers { fixture.customers }

  init() throws { fixture = try CustomersFixture() }

  @Test("An import returns its result, and a second one changes nothing")
  func importTwice() throws {
    let rows = (0..<1200).map { number in
      var row = NewCustomer(
        fullName: "Customer \(number)", email: "c\(number)@example.com",
        companyName: "Company \(number % 7)", tier: .basic)
      if number == 700 { row.email = "no address" }
      return row
    }
    let first = try customers.importAll(rows)
    #expect(first.created == 1199)
    #expect(first.rejections == [.init(row: 701, reason: .invalidEmail)])
    let second = try customers.importAll(rows)
    #expect(second.unchanged == 1199)
    #expect(second.created + second.updated == 0)
    #expect(try fixture.findings() == [])
  }

  @Test("An import updates by address or number, and keeps values that a row omits")
  func importUpdates() throws {
    let ada = try customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", companyName: "Engines", tier: .basic))
    let bob = try customers.create(
      NewCustomer(fullName: "Bob", phone: "+442079460000", tier: .basic))
    let gone = try fixture.ada("gone")
    try customers.softDelete(gone.id)
    let result = try customers.importAll([
      NewCustomer(
        fullName: "Ada King", email: "ADA@example.com", phone: "+442079460001", tier: .basic),
      NewCustomer(
        fullName: "Bob", email: "bob@example.com", phone: "0044 2079460000", tier: .basic),
      NewCustomer(fullName: "Mix", email: "ada@example.com", phone: "+442079460000", tier: .basic),
      NewCustomer(fullName: "Gone", email: "gone@example.com", tier: .basic),
    ])
    #expect(result.updated == 2)
    #expect(
      result.rejections == [
        .init(row: 3, reason: .keysOfDifferentCustomers(email: ada.id, phone: bob.id)),
        .init(row: 4, reason: .emailOfDeleted(gone.id)),
      ])
    let changed = try #require(try customers.find(ada.id))
    #expect(changed.fullName == "Ada King")
    #expect(changed.email == "ada@example.com")
    #expect(changed.business.companyName == "Engines")
    #expect(changed.phoneKey == "442079460001")
    #expect(try customers.find(email: "bob@example.com")?.id == bob.id)
  }

  @Test("Search matches word prefixes, ranks names first and marks the matches")
  func search() throws {
    let ada = try fixture.ada()
    var other = NewCustomer(fullName: "Charles Babbage", email: "charles@example.com", tier: .basic)
    other.business.requirements = "wants an introduction to Ada"
    let charles = try customers.create(other)
    let both = try customers.search("ada")
    #expect(both.map(\.customer.id) == [ada.id, charles.id])
    #expect(both.first?.snippet.contains("[Ada]") == true)
    #expect(try customers.search("anal eng").map(\.customer.id) == [ada.id])
    #expect(try customers.search("LOVELÁCE").map(\.customer.id) == [ada.id])
    #expect(try customers.search("ada@exam").map(\.customer.id) == [ada.id])
    #expect(try customers.search("ada", limit: 1).count == 1)
    #expect(try customers.search("").isEmpty)
  }

  @Test(
    "No query is an error, regardless of its characters",
    arguments: [
      "\"", "\"\"\"", "ada OR", "NEAR(", "*", "-", "(ada", "full_name:ada", "^ada", "a\"b",
      "ada\u{0}\"", "{", "AND", "'; DROP TABLE customers", "ada + charles", "🙂",
      String(repeating: "a ", count: 500),
    ])
  func quoting(_ query: String) throws {
    try fixture.ada()
    _ = try customers.search(query)
  }

  @Test("Lists are paged newest first, without gaps or repetition")
  func lists() throws {
    let owner = try fixture.store.staff.create(name: "One", phone: "+18980994001")
    for number in 0..<25 {
      if number % 3 == 0 { fixture.clock.advance(by: .minutes(1)) }
      var new = NewCustomer(
        fullName: "C\(number)", email: "c\(number)@example.com",
        tier: number.isMultiple(of: 2) ? .pro : .basic)
      new.trialDays = number.isMultiple(of: 4) ? 0 : 14
      new.ownerID = number < 20 ? owner.id : nil
      let customer = try customers.create(new)
      if number == 5 { try customers.softDelete(customer.id) }
    }
    func all(_ page: (PageCursor?) throws -> Page<Customer>) throws -> [Customer] {
      var found: [Customer] = []
      var cursor: PageCursor?
      repeat {
        let next = try page(cursor)
        found += next.elements
        cursor = next.next
      } while cursor != nil
      return found
    }
    let everyone = try all { try customers.list(after: $0, limit: 4) }
    #expect(everyone.count == 24)
    #expect(Set(everyone.map(\.id)).count == 24)
    #expect(zip(everyone, everyone.dropFirst()).allSatisfy { $0.createdAt >= $1.createdAt })
    let called = try all { try customers.list(status: .customerCalled, after: $0, limit: 7) }
    #expect(called == everyone)
    let owned = try all { try customers.list(owner: owner.id, after: $0, limit: 3) }
    #expect(owned.count == 19)
    let pro = try all { try customers.list(tier: .pro, after: $0, limit: 2) }
    #expect(pro.count == 13)
    #expect(Set(pro.map(\.id)).count == 13)
    #expect(try all { try customers.listDeleted(after: $0, limit: 1) }.count == 1)
  }

  @Test("A missing entry of the search index is reported and rebuilt")
  func searchIndexMended() throws {
    let ada = try fixture.ada()
    _ = try fixture.store.write { transaction in
      try transaction.execute(sql: "DELETE FROM customers_search")
      try transaction.execute(
        sql: "INSERT INTO customers_search (rowid, full_name) VALUES (99, 'ghost')")
    }
    #expect(try fixture.findings().map(\.check) == ["customers.search", "customers.search"])
    #expect(try fixture.store.rebuild()["customers.search"] == 2)
    #expect(try fixture.findings() == [])
    #expect(try customers.search("ada").map(\.customer.id) == [ada.id])
  }

  @Test("A status without its history row is reported")
  func historyFinding() throws {
    let ada = try fixture.ada()
    try fixture.store.write { transaction in
      try transaction.execute(
        sql: """
          INSERT INTO status_history (entity_kind, entity_id, pipeline, to_status, at, recorded_at)
          VALUES ('customer', ?, 'sales', 'lost', ?, ?)
          """, ada.id, transaction.now, transaction.now)
    }
    #expect(try fixture.findings().map(\.check).contains("customers.history"))
  }

  @Test(
    "13.21: No character of a search has a meaning",
    arguments: [
      "o\"\u{301}", "\"\u{301}o", "\"", "\"\"", "a\"\u{300}\u{301}b \"\u{fe0f}", "x\u{0}y",
      "NEAR(a b)",
      "a AND", "col:a", "a*", "-a", "^a", "(", "\u{301}", "{a b}", "a\u{200d}\"b", "🏳️‍🌈\"\u{20dd}1",
    ])
  func anyText(_ text: String) throws {
    let test = try TestStore()
    _ = try test.store.customers.search(text)
    _ = try test.store.customers.search(String(repeating: text, count: 200))
  }

  @Test("13.21: A status or a pipeline that does not exist is an error, not an empty list")
  func unknownNames() throws {
    let test = try TestStore()
    let customers = test.store.customers
    #expect(throws: CustomerError.unknownStatus("won", pipeline: Pipeline.sales)) {
      try customers.list(status: "won")
    }
    #expect(throws: CustomerError.unknownPipeline("nosuch")) {
      try customers.list(status: "won", pipeline: "nosuch")
    }
    #expect(try customers.list(status: .businessDone).elements.isEmpty)
  }
}
