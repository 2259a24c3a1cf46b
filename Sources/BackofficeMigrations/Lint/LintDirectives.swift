/// The lint rules that comments in a file disable.
struct LintDirectives {
  /// A directive with an unknown rule.
  struct Unknown {
    let line: Int
    let name: String
  }

  private var forFile: Set<LintRule> = []
  private var byLine: [(line: Int, rules: Set<LintRule>)] = []
  private(set) var unknown: [Unknown] = []

  init(_ text: String, firstLine: Int = 1) {
    for (index, comment) in SQLComments.lines(of: text) {
      guard let start = comment.firstRange(of: "lint:ignore"),
        comment[..<start.lowerBound].allSatisfy(\.isWhitespace)
      else { continue }
      var rest = comment[start.upperBound...]
      let isForFile = rest.hasPrefix("-file")
      if isForFile { rest = rest.dropFirst(5) }
      var rules: Set<LintRule> = []
      for word in rest.split(whereSeparator: \.isWhitespace) {
        let name = String(word.prefix { $0 != "," })
        if let rule = LintRule(rawValue: name) {
          rules.insert(rule)
        } else {
          unknown.append(Unknown(line: firstLine + index, name: name))
        }
        // The words after one without a comma are prose, usually the reason.
        guard word.hasSuffix(",") else { break }
      }
      if rest.allSatisfy(\.isWhitespace) {
        unknown.append(Unknown(line: firstLine + index, name: "(none named)"))
      }
      if isForFile { forFile.formUnion(rules) } else { byLine.append((firstLine + index, rules)) }
    }
  }

  /// Whether a rule is disabled for the statement at `lines`, after a statement that ends at
  /// `previousEnd`.
  func ignores(_ rule: LintRule, in lines: ClosedRange<Int>, after previousEnd: Int) -> Bool {
    forFile.contains(rule)
      || byLine.contains { directive in
        directive.rules.contains(rule) && directive.line <= lines.upperBound
          && (directive.line > previousEnd || lines.contains(directive.line))
      }
  }

  /// Whether a rule is disabled for the whole file.
  func ignoresEverywhere(_ rule: LintRule) -> Bool { forFile.contains(rule) }
}
