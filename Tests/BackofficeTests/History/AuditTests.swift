import Backoffice
import Testing

@Suite("Audit log")
struct AuditTests {
  @Test("A row names the principal, the action, the entity and the changed fields")
  func records() throws {
    let fixture = try HistoryFixture()
    let actor = Principal(kind: .staff, id: "s1")
    let audit = fixture.store.acting(as: actor).audit
    let id = try audit.record(
      NewAuditEntry(
        action: "customer.updated", kind: .customer, entity: entity(1),
        changedFields: ["phone", "email", "phone"], ip: "192.0.2.1"))
    let row = try #require(try audit.entries(of: entity(1), kind: .customer).elements.first)
    #expect(row.id == id)
    #expect(row.actor == actor)
    #expect(row.changedFields == ["email", "phone"])
    #expect(row.ip == "192.0.2.1")
    #expect(row.at == fixture.clock.now)
  }

  @Test("Lists by entity, actor and action, and of the whole log, are paged newest first")
  func lists() throws {
    let fixture = try HistoryFixture()
    for number in 0..<9 {
      let actor = Principal(kind: .staff, id: "s\(number % 2)")
      try fixture.store.acting(as: actor).audit.record(
        NewAuditEntry(
          action: "a\(number % 3)", kind: .customer, entity: entity(UInt64(number % 2)),
          metadata: try JSONText("{\"n\":\(number)}")))
      if number.isMultiple(of: 4) { fixture.clock.advance(by: .seconds(1)) }
    }
    try fixture.store.audit.record(NewAuditEntry(action: "store.opened"))
    let audit = fixture.store.audit
    func numbers(_ page: Page<AuditEntry>) throws -> [Int] {
      try page.elements.compactMap { try $0.metadata.decode([String: Int].self)["n"] }
    }
    #expect(try numbers(audit.entries(of: entity(1), kind: .customer)) == [7, 5, 3, 1])
    #expect(
      try numbers(audit.entries(by: Principal(kind: .staff, id: "s0"))) == [8, 6, 4, 2, 0])
    #expect(try numbers(audit.entries(action: "a1")) == [7, 4, 1])
    #expect(try audit.entries(by: .system).elements.map(\.action) == ["store.opened"])
    var all: [Int] = []
    var cursor: PageCursor?
    repeat {
      let page = try audit.entries(before: cursor, limit: 4)
      all += try numbers(page)
      cursor = page.next
    } while cursor != nil
    #expect(all == (0..<9).reversed())
  }

  @Test("A row without an action or with an entity without a kind is refused; rows are immutable")
  func refusals() throws {
    let fixture = try HistoryFixture()
    let audit = fixture.store.audit
    #expect(throws: HistoryError.emptyAction) { try audit.record(NewAuditEntry(action: "")) }
    #expect(throws: HistoryError.emptyKind) {
      try audit.record(NewAuditEntry(action: "a", entity: entity(1)))
    }
    try audit.record(NewAuditEntry(action: "a"))
    for sql in ["UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log"] {
      #expect(throws: SQLiteError.self) {
        try fixture.store.write { transaction in _ = try transaction.execute(sql: sql) }
      }
    }
    #expect(try audit.entries().elements.count == 1)
  }
}
