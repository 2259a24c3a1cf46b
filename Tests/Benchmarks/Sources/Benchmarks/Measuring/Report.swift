import CLimit
import Foundation

/// Writes what was measured: a table on the terminal, JSON, and Markdown.
struct Report: Codable {
  var date: String
  var machine: String
  var sqlite: String
  var quick: Bool
  var rows: Int
  var rounds: Int
  var processorTime: Bool
  var outcomes: [Outcome] = []

  static func number(_ value: Double) -> String {
    switch abs(value) {
    case 100...: String(format: "%.0f", value)
    case 10..<100: String(format: "%.1f", value)
    default: String(format: "%.2f", value)
    }
  }

  static func spread(_ spread: Spread?, factor: Bool = false) -> String {
    guard let spread else { return "-" }
    let mark = factor ? "x" : ""
    return "\(number(spread.median))\(mark) (\(number(spread.least))-\(number(spread.most)))"
  }

  private static func peers(_ outcome: Outcome) -> [String] {
    outcome.peersToOurs.sorted { $0.key < $1.key }.map { name, ratio in
      "\(name) \(number(outcome.figures[name]?.median ?? 0)): \(number(ratio.median))x"
    }
  }

  static func verdict(_ outcome: Outcome) -> String {
    outcome.isMet.map { $0 ? "met" : "MISSED" } ?? "-"
  }

  func print() {
    for outcome in outcomes { Self.print(outcome) }
  }

  static func print(_ outcome: Outcome) {
    Swift.print("\(outcome.number). \(outcome.title)  [\(outcome.unit); \(outcome.conditions)]")
    var parts: [String] = []
    if let limit = outcome.figures[Side.limit] { parts.append("limit \(spread(limit))") }
    if let ours = outcome.figures[Side.ours] { parts.append("ours \(spread(ours))") }
    if let ratio = outcome.oursToLimit { parts.append("ours/limit \(spread(ratio, factor: true))") }
    for (name, figure) in outcome.figures.sorted(by: { $0.key < $1.key })
    where name != Side.limit && name != Side.ours {
      let ratio = outcome.peersToOurs[name].map { " = \(number($0.median))x ours" } ?? ""
      parts.append("\(name) \(spread(figure))\(ratio)")
    }
    if let size = outcome.fileMiB { parts.append("file \(number(size)) MiB") }
    Swift.print("    " + parts.joined(separator: " | "))
    Swift.print("    goal \(outcome.goal): \(verdict(outcome))")
    for note in outcome.notes { Swift.print("    \(note)") }
  }

  func writeJSON(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(self).write(to: URL(fileURLWithPath: path))
  }

  private static let processorTimeNote =
    "The machine had other work: rows that wait for nothing give processor time; FULL rows, "
    + "rows 8, 10, 13 and PostgreSQL give time on the wall, and say more about the neighbours."

  /// The table for people, kept beside the benchmarks.
  func markdown() -> String {
    var text = """
      # Results

      \(machine), \(sqlite), release build, \(rounds) interleaved rounds, \(date).
      \(processorTime ? Self.processorTimeNote : "Time on the wall.")
      Microseconds per operation unless said otherwise: median (least-most) of the rounds. Ratios are
      medians of the rounds' own ratios. `limit` is the SQLite C API running the same statements with
      the same values. Peers: what they take, and how many times ours that is; GRDB is given the same
      statements ready made, with values made ready, and runs no rules of its own.

      | # | workload | conditions | limit | ours | ours / limit | peers | file MiB | goal | |
      |--:|---|---|--:|--:|--:|---|--:|---|---|

      """
    for outcome in outcomes {
      let others = Self.peers(outcome)
      let cells = [
        "\(outcome.number)", outcome.title, outcome.conditions,
        Self.spread(outcome.figures[Side.limit]), Self.spread(outcome.figures[Side.ours]),
        Self.spread(outcome.oursToLimit, factor: true),
        others.isEmpty ? "-" : others.joined(separator: "<br>"),
        outcome.fileMiB.map(Self.number) ?? "-", outcome.goal, Self.verdict(outcome),
      ]
      text += "| " + cells.joined(separator: " | ") + " |\n"
    }
    let noted = outcomes.filter { !$0.notes.isEmpty }
    if !noted.isEmpty {
      text += "\n"
      for outcome in noted {
        for note in outcome.notes { text += "- \(outcome.number): \(note)\n" }
      }
    }
    return text
  }

  /// What stands below this line was written by people, and stays.
  static let handwritten = "<!-- written by hand from here on -->"

  /// Writes the table, and leaves what people wrote under it.
  func writeMarkdown(to path: String) throws {
    let old = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let kept = old.range(of: Self.handwritten).map { "\n" + old[$0.lowerBound...] } ?? ""
    try (markdown() + kept).write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// The machine in words that say nothing about where it stands.
  static var machineDescription: String {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    #if os(Linux)
      return "\(cores)-core Linux virtual machine"
    #else
      return "\(cores)-core macOS machine"
    #endif
  }

  static var sqliteDescription: String { "SQLite \(String(cString: climit_sqlite_version()))" }
}
