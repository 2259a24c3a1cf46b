import BackofficeStorage
import Testing

extension Values {
  @Suite struct TextEnumTests {
    enum Step: String, TextEnum {
      case open
      case inReview = "in_review"
      case inRework = "in_rework"
    }

    @Test(arguments: Step.allCases) func `a case survives SQLite and JSON`(step: Step) throws {
      #expect(try throughSQLite(step) { $0.string } == step.rawValue)
      #expect(try throughSQLite(step) { Step.decode($0) } == step)
      #expect(try throughJSON([step]).value == [step])
    }

    @Test(arguments: ["", "Open", "ope", "opens", "in-review", "open\u{0}"])
    func `a text that is no case is refused`(text: String) throws {
      #expect(try throughSQLite(text) { Step.decode($0) } == nil)
    }

    @Test func `dictionaries by case, id and day are JSON objects`() throws {
      let cases = try throughJSON([Step.inReview: 1])
      #expect(cases.text == #"{"in_review":1}"# && cases.value == [.inReview: 1])
      let ids = try throughJSON([ID<Step>.zero: 1])
      #expect(ids.text == #"{"00000000-0000-0000-0000-000000000000":1}"#)
      #expect(ids.value == [.zero: 1])
      let days = try throughJSON([CalendarDate.min: 1])
      #expect(days.text == #"{"0001-01-01":1}"# && days.value == [.min: 1])
    }

    @Test func `a value of another kind is refused`() throws {
      #expect(try throughSQLite(1) { Step.decode($0) } == nil)
      #expect(try throughSQLite([UInt8]("open".utf8)) { Step.decode($0) } == nil)
      #expect(try throughSQLite(Step?.none) { Step?.decode($0) } == .some(nil))
    }
  }

  @Suite struct PrincipalTests {
    @Test(arguments: [
      (Principal.system, "system"), (Principal(kind: .staff, id: "018f"), "staff:018f"),
      (Principal(kind: .api, id: "a:b"), "api:a:b"), (Principal(kind: .worker, id: ""), "worker"),
      (Principal(kind: "billing-robot", id: "7"), "billing-robot:7"),
      (Principal(kind: "No kind", id: "7"), "unknown:7"),
    ])
    func `a principal survives text, JSON and SQLite`(principal: Principal, text: String) throws {
      #expect(principal.description == text)
      #expect(Principal(text) == principal)
      #expect(try throughJSON([principal]).value == [principal])
      #expect(try throughSQLite(principal) { Principal.decode($0) } == principal)
    }

    @Test(arguments: ["", "no body", "staff:", ":x", "Staff:x", " system"])
    func `any other text is refused`(text: String) {
      #expect(Principal(text) == nil)
    }
  }
}
