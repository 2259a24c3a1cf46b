import Foundation

/// A skipped line and the reason.
package struct SkippedLine: Hashable, Codable, Sendable, CustomStringConvertible {
  package let line: Int
  package let reason: String

  package init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }

  package var description: String { "line \(line): \(reason)" }
}

/// The skipped lines of a file: how many there are, and the first of them.
package struct SkippedLines: Hashable, Sendable, RandomAccessCollection {
  /// The most lines that are kept with their reasons.
  package static let kept = 1000
  /// The most reasons that are counted.
  private static let reasonLimit = 20

  /// The number of all skipped lines.
  package private(set) var total = 0
  /// How many lines were skipped for a reason, without the values in it; the first reasons.
  package private(set) var reasons: [String: Int] = [:]
  private var lines: [SkippedLine] = []

  package init() {}

  package var startIndex: Int { lines.startIndex }
  package var endIndex: Int { lines.endIndex }
  package subscript(position: Int) -> SkippedLine { lines[position] }

  /// Adds a line; the kept lines are in the order of the file.
  package mutating func add(_ line: SkippedLine) {
    total += 1
    let reason = Self.kind(of: line.reason)
    if reasons[reason] != nil || reasons.count < Self.reasonLimit {
      reasons[reason, default: 0] += 1
    }
    guard lines.count < Self.kept else { return }
    let place = lines.lastIndex { $0.line <= line.line }.map { $0 + 1 } ?? 0
    lines.insert(line, at: place)
  }

  /// These lines and further ones.
  package func adding(_ lines: [SkippedLine]) -> SkippedLines {
    var result = self
    for line in lines { result.add(line) }
    return result
  }

  /// A reason without the value that differs from line to line.
  private static func kind(of reason: String) -> String {
    guard let start = reason.range(of: " is '")?.upperBound,
      let end = reason[start...].lastIndex(of: "'"), start <= end
    else { return reason }
    return reason[..<start] + "…" + reason[end...]
  }

  /// Sentences for a person: the first lines, then how many there are for which reason.
  package func notes(
    of file: String, shown: Int = 10, outcome: String = "skipped"
  ) -> [String] {
    var notes = prefix(shown).map { "\(file):\($0.line): \($0.reason); \(outcome)" }
    guard total > shown else { return notes }
    notes.append("\(file): \(Human.grouped(total)) lines were \(outcome):")
    for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      notes.append("  \(Human.count(count, "line", "lines")): \(reason)")
    }
    return notes
  }
}

extension SkippedLines: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: SkippedLine...) {
    for element in elements { add(element) }
  }
}

extension SkippedLines: Codable {
  private enum CodingKeys: CodingKey {
    case total, reasons, first
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    total = try container.decode(Int.self, forKey: .total)
    reasons = try container.decode([String: Int].self, forKey: .reasons)
    lines = try container.decode([SkippedLine].self, forKey: .first)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(total, forKey: .total)
    try container.encode(reasons, forKey: .reasons)
    try container.encode(Array(lines.prefix(100)), forKey: .first)
  }
}
