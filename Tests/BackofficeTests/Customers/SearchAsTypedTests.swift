import Backoffice
import BackofficeTesting
import Testing

@Suite("14.8: Search as a person types")
struct SearchAsTypedTests {
  let test: TestStore

  init() throws {
    test = try TestStore()
    let people: [(name: String, email: String, phone: String?, company: String?, type: String?)] = [
      ("Jos\u{e9} Stra\u{df}er", "strasser@example.com", "+49 30 901820", nil, nil),
      ("\u{141}ukasz Nowak", "nowak@example.com", "+48 22 679 0000", "M\u{f8}ller \u{110}uro", nil),
      (
        "S\u{f8}ren Kierkegaard", "soren@example.org", nil, "\u{ff21}\u{ff23}\u{ff2d}\u{ff25}",
        "weaving"
      ),
      ("\u{5c71}\u{7530} \u{592a}\u{90ce}", "yamada@example.jp", nil, nil, "C++ and C# consulting"),
      ("Carol Common", "carol@example.com", nil, "Weavers Ltd", "cooking"),
      ("\u{c6}gir \u{de}orsson", "aegir@example.is", nil, nil, nil),
    ]
    for person in people {
      var new = NewCustomer(fullName: person.name, email: person.email, phone: person.phone)
      new.business.companyName = person.company
      new.business.type = person.type
      try test.store.customers.create(new)
    }
  }

  private func found(_ query: String, stems: Bool = false) throws -> [String] {
    try test.store.customers.search(query, stems: stems).map {
      $0.customer.email.map { String($0.prefix { $0 != "@" }) } ?? ""
    }.sorted()
  }

  @Test(
    "A query finds what it means",
    arguments: [
      ("STRASSER", ["strasser"]), ("Stra\u{df}er", ["strasser"]), ("jose strasser", ["strasser"]),
      ("Jose\u{301}", ["strasser"]), ("Lukasz", ["nowak"]), ("\u{141}ukasz", ["nowak"]),
      ("\u{142}uk", ["nowak"]), ("Moller", ["nowak"]), ("M\u{d8}LLER", ["nowak"]),
      ("duro", ["nowak"]),
      ("Soren", ["soren"]), ("SOREN K", ["soren"]), ("acme", ["soren"]),
      ("\u{ff21}\u{ff43}\u{ff4d}\u{ff45}", ["soren"]),
      ("\u{592a}\u{90ce}", ["yamada"]), ("\u{7530}", ["yamada"]), ("\u{5c71}\u{592a}", []),
      ("C++", ["yamada"]), ("c++ consulting", ["yamada"]), ("C#", ["yamada"]),
      ("aegir", ["aegir"]), ("\u{c6}gir", ["aegir"]), ("thorsson", ["aegir"]),
      ("+49 30 901820", ["strasser"]), ("4930901820", ["strasser"]), ("901820", ["strasser"]),
      ("30 9018", ["strasser"]), ("679 0000", ["nowak"]), ("6790", ["nowak"]), ("0000", ["nowak"]),
      ("+48 (0)22 679 0000", ["nowak"]), ("weaving", ["soren"]), ("weave", ["carol"]), ("", []),
      ("+++", []),
    ] as [(String, [String])])
  func queries(query: String, names: [String]) throws {
    #expect(try found(query) == names, "\(query)")
  }

  @Test("Stems are found where they are asked for")
  func stems() throws {
    #expect(try found("weave", stems: true) == ["carol", "soren"])
    #expect(try found("cooks", stems: true) == ["carol"])
    #expect(try found("cooks") == [])
  }

  @Test("No character of a query is an error or a command of the index")
  func characters() throws {
    for query in [
      "\"", "o\"\u{301}", "a\" OR \"b", "*", "NOT carol", "folded:x", "(", "a AND", "\0", "^carol",
      "\u{301}",
      String(repeating: "a ", count: 1000), String(repeating: "\u{592a}", count: 1000),
    ] {
      #expect(throws: Never.self) { try test.store.customers.search(query) }
    }
  }

  @Test("The index follows every change, is checked and can be rebuilt")
  func kept() throws {
    #expect(try test.store.check() == [])
    let id = try #require(try test.store.customers.find(email: "carol@example.com")?.id)
    try test.store.customers.update(id) { $0.fullName = "Car\u{f8}l" }
    #expect(try found("carol") == ["carol"])
    try test.store.write { transaction in
      try transaction.execute(sql: "UPDATE customers_search SET folded = '' WHERE rowid < 4")
      try transaction.execute(sql: "DELETE FROM customers_search WHERE rowid = 4")
    }
    #expect(try test.store.check().count == 4)
    #expect(try test.store.rebuild() == ["customers.search": 4])
    #expect(try test.store.check() == [])
    #expect(try found("Lukasz") == ["nowak"])
  }
}
