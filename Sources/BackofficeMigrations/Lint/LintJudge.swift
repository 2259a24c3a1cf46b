/// Says what is wrong with a migration that was tried.
struct LintJudge {
  let id: MigrationID
  let file: String
  let trial: LintTrial
  let directives: LintDirectives
  private(set) var findings: [LintFinding] = []

  init(id: MigrationID, file: String, text: String, firstLine: Int = 1, trial: LintTrial) {
    self.id = id
    self.file = file
    self.trial = trial
    directives = LintDirectives(text, firstLine: firstLine)
  }

  /// Looks at a way in: at what each statement says, and at what all of them do together.
  mutating func judgeUp() {
    judgeStatements()
    if trial.isComplete { judgeDifference() }
    sort()
  }

  /// Looks at a way back, which may of course destroy what the way in made.
  mutating func judgeDown() {
    judgeStatements()
    sort()
  }

  private mutating func sort() {
    findings.sort { ($0.line, $0.rule.rawValue, $0.text) < ($1.line, $1.rule.rawValue, $1.text) }
  }

  mutating func report(_ rule: LintRule, at index: Int, _ text: String) {
    // The code of a migration has no statements to point at.
    guard trial.steps.indices.contains(index) else { return report(rule, line: 1, text) }
    let step = trial.steps[index]
    let previous = index > 0 ? trial.steps[index - 1].lines.upperBound : 0
    guard !directives.ignores(rule, in: step.lines, after: previous) else { return }
    findings.append(
      LintFinding(id: id, file: file, line: step.lines.lowerBound, rule: rule, text: text))
  }

  mutating func report(_ rule: LintRule, line: Int, _ text: String) {
    guard !directives.ignoresEverywhere(rule) else { return }
    findings.append(LintFinding(id: id, file: file, line: line, rule: rule, text: text))
  }

  // MARK: Statement by statement

  private mutating func judgeStatements() {
    for unknown in directives.unknown {
      report(.unknownRule, line: unknown.line, "there is no rule \(unknown.name)")
    }
    for index in trial.steps.indices { judge(trial.steps[index], at: index) }
  }

  private mutating func judge(_ step: LintTrial.Step, at index: Int) {
    let tokens = step.tokens
    if let failure = step.failure {
      report(.fails, at: index, "the statement does not run: \(failure.message)")
    }
    if step.isTransactional {
      report(
        .transactionStatement, at: index,
        "\(tokens[0].text.uppercased()) is the runner's business; remove it")
    }
    if step.starts(with: "pragma"), step.isForeign {
      report(
        .pragma, at: index,
        "a PRAGMA belongs to the connection, and inside a transaction may do nothing; remove it")
    }
    if step.needsDoubleQuotes {
      report(
        .doubleQuotedText, at: index,
        "a text stands in double quotes, which are for names; use single quotes")
    }
    if step.starts(with: "create"), let position = tokens.firstIndex(where: { $0.is("not") }),
      position >= 2, tokens[position - 1].is("if"), position < 5
    {
      report(
        .ifExists, at: index, "IF NOT EXISTS hides that another hand made it already; leave it out")
    }
    if step.starts(with: "drop"), tokens.count > 3, tokens[2].is("if") {
      report(.ifExists, at: index, "IF EXISTS hides that it was gone already; leave it out")
    }
    if step.starts(with: "create"), !step.starts(with: "create", "virtual"), isFromQuery(tokens) {
      report(
        .createAsSelect, at: index,
        "CREATE TABLE … AS SELECT gives the table no constraint, default or key; "
          + "write the columns out")
    }
    if isUnbounded(tokens) {
      report(
        .unboundedWrite, at: index,
        "\(tokens[0].text.uppercased()) without WHERE takes every row of the table")
    }
  }

  private func isFromQuery(_ tokens: [SQLTokens.Token]) -> Bool {
    guard tokens.prefix(3).contains(where: { $0.is("table") }),
      let position = tokens.firstIndex(where: { $0.is("as") || $0.isSymbol("(") })
    else { return false }
    return tokens[position].is("as")
  }

  private func isUnbounded(_ tokens: [SQLTokens.Token]) -> Bool {
    guard let first = tokens.first, first.is("delete") || first.is("update") else { return false }
    return !tokens.contains { $0.is("where") }
  }
}
