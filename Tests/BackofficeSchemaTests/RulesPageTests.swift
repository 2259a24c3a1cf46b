import Foundation
import Testing

@Suite("Page of rules")
struct RulesPageTests {
  @Test("The page lists every rule in order, with its table, columns, timing, room and purpose")
  func page() throws {
    let page = try RulesPage()
    let file = EmbeddedSchema.package.appending(path: RulesPage.path)
    let wanted = page.text()
    if ProcessInfo.processInfo.environment["BACKOFFICE_EMBED"] == "1" {
      try wanted.write(to: file, atomically: true, encoding: .utf8)
    }
    let found = try? String(contentsOf: file, encoding: .utf8)
    #expect(
      found == wanted,
      "\(RulesPage.path) is out of date: BACKOFFICE_EMBED=1 swift test --filter RulesPageTests")
  }

  @Test("Every rule says in its declaration what it is for")
  func purposes() throws {
    #expect(try RulesPage().undocumented == [])
  }
}
