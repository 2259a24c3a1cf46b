/// Checks a migration after a trial run.
struct LintChecker {
  let id: MigrationID
  let file: String
  let trial: LintTrial
  let directives: LintDirectives
  let options: Migrator.Options
  private(set) var findings: [LintFinding] = []
  /// The tables that foreign keys refer to and that do not exist, by finding.
  var dangling: [LintFinding: String] = [:]

  init(
    id: MigrationID, file: String, text: String, firstLine: Int = 1, trial: LintTrial,
    options: Migrator.Options
  ) {
    self.id = id
    self.file = file
    self.trial = trial
    self.options = options
    directives = LintDirectives(text, firstLine: firstLine)
  }

  /// Checks an up script: each statement, and their combined effect.
  mutating func checkUp() {
    checkStatements()
    if trial.isComplete { checkDifference() }
    sort()
  }

  /// Checks a down script, which may destroy what the up script created.
  mutating func checkDown() {
    checkStatements()
    sort()
  }

  private mutating func sort() {
    findings.sort { ($0.line, $0.rule.rawValue, $0.text) < ($1.line, $1.rule.rawValue, $1.text) }
  }

  /// Reports a finding for a statement, unless a comment disables its rule.
  @discardableResult
  mutating func report(_ rule: LintRule, at index: Int, _ text: String) -> LintFinding? {
    // A migration in Swift has no statements.
    guard trial.steps.indices.contains(index) else { return report(rule, line: 1, text) }
    let step = trial.steps[index]
    let previous = index > 0 ? trial.steps[index - 1].lines.upperBound : 0
    guard !directives.ignores(rule, in: step.lines, after: previous) else { return nil }
    return append(rule, line: step.lines.lowerBound, text)
  }

  /// Reports a finding for the file, unless a comment disables its rule.
  @discardableResult
  mutating func report(_ rule: LintRule, line: Int, _ text: String) -> LintFinding? {
    guard !directives.ignoresEverywhere(rule) else { return nil }
    return append(rule, line: line, text)
  }

  private mutating func append(_ rule: LintRule, line: Int, _ text: String) -> LintFinding {
    let finding = LintFinding(id: id, file: file, line: line, rule: rule, text: text)
    findings.append(finding)
    return finding
  }

  // MARK: Statement by statement

  private mutating func checkStatements() {
    for unknown in directives.unknown {
      report(.unknownRule, line: unknown.line, "there is no rule \(unknown.name)")
    }
    for index in trial.steps.indices { check(trial.steps[index], at: index) }
  }

  private mutating func check(_ step: LintTrial.Step, at index: Int) {
    let tokens = step.tokens
    if let failure = step.failure {
      report(.fails, at: index, "the statement fails: \(failure.message)")
    }
    guard !step.isUnwrapped else { return }
    if step.statement.isShellCommand {
      report(
        .transactionStatement, at: index,
        "\(step.statement.text.singleLine(limit: 80)) is a command of a shell; remove it")
    }
    if step.isTransactional {
      report(
        .transactionStatement, at: index,
        "\(tokens[0].text.uppercased()) is reserved to the runner; remove it")
    }
    if step.starts(with: "pragma"), step.isForeign, !options.unwrapsTransactions {
      report(
        .pragma, at: index,
        "a PRAGMA changes the connection, and may have no effect in a transaction; remove it")
    }
    if step.needsDoubleQuotes {
      report(
        .doubleQuotedText, at: index,
        "a string is in double quotes, which are for names; use single quotes")
    }
    for token in tokens where token.kind == .string && Self.isPlaceholder(token.name) {
      report(
        .placeholder, at: index,
        "the text \(token.text.singleLine(limit: 60)) is stored as it stands; another tool may "
          + "have replaced what it contains")
    }
    if step.starts(with: "create"), let position = tokens.firstIndex(where: { $0.is("not") }),
      position >= 2, tokens[position - 1].is("if"), position < 5
    {
      report(
        .ifExists, at: index, "IF NOT EXISTS hides that it already exists; leave it out")
    }
    if step.starts(with: "drop"), tokens.count > 3, tokens[2].is("if") {
      report(.ifExists, at: index, "IF EXISTS hides that it does not exist; leave it out")
    }
    if step.starts(with: "create"), !step.starts(with: "create", "virtual"), isFromQuery(tokens) {
      report(
        .createAsSelect, at: index,
        "CREATE TABLE … AS SELECT creates no constraints, defaults or keys; "
          + "list the columns")
    }
    if isUnbounded(tokens) {
      report(
        .unboundedWrite, at: index,
        "\(tokens[0].text.uppercased()) without WHERE affects every row of the table")
    }
  }

  /// Whether a text contains what another tool would replace.
  private static func isPlaceholder(_ text: String) -> Bool {
    [("${", "}"), ("{{", "}}"), ("#{", "}")].contains { open, close in
      text.firstRange(of: open).map { text[$0.upperBound...].contains(close) } ?? false
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
