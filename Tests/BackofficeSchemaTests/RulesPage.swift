import Backoffice
import BackofficeAnalytics
import Foundation

/// The documentation page of all rules, by table and in the order in which they run.
///
/// The purpose of a rule is the summary of its declaration in the sources, or of the derived value that it
/// keeps, so that neither is written twice.
struct RulesPage {
  static let path = "Sources/Backoffice/Backoffice.docc/Rules.md"

  /// A place in the sources where a rule or a derived value has its name.
  struct Place {
    /// The folder, such as `Backoffice/Links`.
    let room: String
    /// The first sentence of the documentation above it.
    let summary: String
  }

  /// The files of the sources, and their lines that may name a rule or a derived value.
  private let sources: [(room: String, lines: [Substring], named: [Int])]
  private let rules: RuleSet
  private let triggers: [Trigger]

  init() throws {
    let store = try BackofficeStore(.memory, packs: [OfficePack(), AnalyticsPack()])
    rules = store.rules
    triggers = store.triggers
    let root = EmbeddedSchema.package.appending(path: "Sources")
    sources = try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
      .filter { path in
        path.hasSuffix(".swift")
          && [
            "BackofficeStorage/Trigger/", "BackofficeQueue/", "Backoffice/", "BackofficeAnalytics/",
          ].contains {
            path.hasPrefix($0)
          }
      }.map { path in
        let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (
          path.split(separator: "/").dropLast().prefix(2).joined(separator: "/"), lines,
          lines.indices.filter {
            lines[$0].utf8.contains(UInt8(ascii: "\"")) && lines[$0].contains(".")
              || lines[$0].contains("let name = ")
          }
        )
      }
  }

  private static let makers = [
    ".before(", ".after(", ".afterUpdate(", ".atCommit(", "    Trigger(",
  ]

  /// Where a name is declared: as a whole, or as the part behind the table of a generic rule.
  private func place(of name: String, by makers: [String]) -> Place? {
    let suffix = name.split(separator: ".", maxSplits: 1).last.map { ").\($0)\"" } ?? ""
    for text in ["\"\(name)\"", suffix] {
      for (room, lines, named) in sources {
        let line = named.first { index in
          lines[index].contains(text)
            && makers.contains { lines[max(0, index - 1)...index].joined().contains($0) }
        }
        guard let line, let summary = summary(above: line, in: lines) else { continue }
        return Place(room: room, summary: summary)
      }
    }
    return nil
  }

  /// The first sentence of the documentation of the declaration that a line belongs to.
  private func summary(above line: Int, in lines: [Substring]) -> String? {
    func text(_ index: Int) -> Substring { lines[index].drop { $0 == " " } }
    guard
      let last = (0..<line).reversed()
        .prefix(while: { !text($0).isEmpty })
        .first(where: { text($0).hasPrefix("/// ") })
    else { return nil }
    var first = last
    while first > 0, text(first - 1).hasPrefix("///") { first -= 1 }
    let paragraph = (first...last).map { text($0).dropFirst(4) }.prefix { !$0.isEmpty }
      .joined(separator: " ").replacing("``", with: "`")
    return paragraph.split(separator: ". ").first.map { $0.hasSuffix(".") ? String($0) : "\($0)." }
  }

  /// Where a rule is declared; nil when neither it nor the derived value that it keeps is documented.
  func place(of trigger: Trigger) -> Place? {
    place(of: trigger.name, by: Self.makers)
      ?? rules.derivedValues.first { value in
        value.triggers.contains { $0.name == trigger.name }
      }.flatMap { place(of: $0.name, by: ["let name = "]) }
  }

  private func when(_ trigger: Trigger) -> String {
    let events = Trigger.Event.allCases.filter(trigger.events.contains).map(\.rawValue)
    let columns = (trigger.observedColumns ?? []).map { "`\($0)`" }.joined(separator: ", ")
    let timing = trigger.timing == .atCommit ? "at commit" : "\(trigger.timing)"
    return "\(timing): \(events.joined(separator: ", "))"
      + (columns.isEmpty || !trigger.events.contains(.update) ? "" : " of \(columns)")
  }

  /// The page as Markdown.
  func text() -> String {
    var page = """
      # Rules

      The rules of a store with the office and analytics, by table and in the order in which they run.

      ## Overview

      A rule runs inside the transaction that changes a row, for every statement. `before` rules see
      a record that a typed write is about to write, `after` rules each changed row, and rules at commit one
      sum for each key and transaction. An update runs the rules that observe a column it really changed; many
      rules begin with a condition that is decided without reading anything. A test writes this page, so it
      lists every rule.


      """
    var tables: [String] = []
    for trigger in triggers where !tables.contains(trigger.table) { tables.append(trigger.table) }
    for table in tables.sorted() {
      page += "### \(table)\n\n| rule | when | room | purpose |\n|---|---|---|---|\n"
      for trigger in triggers where trigger.table == table {
        let place = place(of: trigger)
        page += "| `\(trigger.name)` | \(when(trigger)) | \(place?.room ?? "") "
        page += "| \((place?.summary ?? "").replacing("|", with: "\\|")) |\n"
      }
      page += "\n"
    }
    return page
  }

  /// The rules whose declarations have no summary.
  var undocumented: [String] { triggers.filter { place(of: $0) == nil }.map(\.name) }
}
