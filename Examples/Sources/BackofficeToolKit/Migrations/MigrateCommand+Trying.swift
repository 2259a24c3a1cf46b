import ArgumentParser
import Backoffice
import ExampleSupport

extension MigrateCommand {
  struct Verify: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Applies, reverts and reapplies each migration on a scratch database, and compares the results.",
      discussion: """
        Compares schema and rows. By default, all migrations run on an empty database; with --live, the \
        pending ones run on a copy of the file with its rows.

        Exit status: 0 no errors, 6 findings.
        """)

    @OptionGroup var source: MigrationSource
    @OptionGroup var format: FormatOption
    @Option(
      help: ArgumentHelp("The file to copy with its rows.", valueName: "file"),
      completion: .file())
    var database: String?
    @Flag(help: "Verify the pending migrations on a copy of the file, with its rows.")
    var live = false
    @Flag(help: "Report a migration without a down script as an error.")
    var strict = false

    func validate() throws {
      guard !live || database != nil else { throw ValidationError("--live requires --database") }
    }

    func report() throws -> MigrationReport {
      let migrator = try source.migrator()
      let findings: [MigrationFinding]
      if live, let database {
        guard TextFile.isThere(database) else { throw MissingDatabase(path: database) }
        let pending = try Database.maintain(.readOnly(database)) { file in
          try migrator.hasPending(file) ? try migrator.verifyPending(file) : nil
        }
        guard let pending else {
          return MigrationReport(.ok, ["Nothing is pending, so nothing was verified."])
        }
        findings = pending
      } else {
        findings = try migrator.verify()
      }
      let isSound = !findings.contains { $0.isFault || strict }
      let isComplete = !findings.contains { $0.problem == .irreversible }
      let answer =
        isComplete
        ? "✓ Every down script restores the previous state."
        : "✓ Every down script that exists restores the previous state."
      let lines = findings.map { finding in
        finding.isFault || strict
          ? Paint.bad("✗ \(finding)") : Paint.notable("! \(finding)")
      }
      return MigrationReport(
        isSound ? .ok : .findings,
        lines + (isSound ? [Paint.good(answer)] : [])
      ) { answer in
        answer.findings = findings.map { finding in
          MigrationReport.Finding(
            file: finding.file, line: nil, rule: finding.word,
            severity: finding.isFault ? "error" : "warning", text: "\(finding)")
        }
      }
    }
  }

  struct Lint: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reports what is risky or wrong in migrations, by their effect.",
      discussion: """
        A comment `-- lint:ignore RULE` before a statement disables a rule for it, \
        `-- lint:ignore-file RULE` for the file.

        Exit status: 0 no findings of --level or above, 6 findings.
        """)

    enum Level: String, ExpressibleByArgument, CaseIterable {
      case notice, warning, error

      var severity: LintRule.Severity {
        switch self {
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
      }
    }

    @OptionGroup var source: MigrationSource
    @OptionGroup var format: FormatOption
    @Option(help: ArgumentHelp("Report only later versions.", valueName: "version"))
    var since: String?
    @Option(help: "The severity from which a finding fails: notice, warning or error.")
    var level: Level = .warning

    func report() throws -> MigrationReport {
      let migrator = try source.migrator()
      let since = try since.map { try source.version($0, in: migrator) }
      if let since, since != .zero,
        !migrator.packs.contains(where: { $0.migrations.contains { $0.version == since } })
      {
        throw ValidationError("the folder has no version \(since)")
      }
      let findings = try migrator.lint { id in since.map { id.version > $0 } ?? true }
      let fails = findings.contains { $0.severity >= level.severity }
      // Notices are counted, so that they do not hide what counts.
      let shown = findings.filter { level == .notice || $0.severity > .notice }
      var lines = shown.map { finding in
        let paint: Paint =
          switch finding.severity {
          case .notice: .quiet
          case .warning: .notable
          case .error: .bad
          }
        return paint("\(finding)")
      }
      lines += Self.summary(of: findings.filter { $0.severity == .notice && level != .notice })
      return MigrationReport(
        fails ? .findings : .ok, lines.isEmpty ? [Paint.good("✓ No findings.")] : lines
      ) { answer in
        answer.findings = findings.map { finding in
          MigrationReport.Finding(
            file: finding.file, line: finding.line, rule: finding.rule.rawValue,
            severity: finding.severity.name, text: finding.text)
        }
      }
    }

    /// One line that counts findings by rule; none if there are none.
    private static func summary(of findings: [LintFinding]) -> [String] {
      guard !findings.isEmpty else { return [] }
      let counts = Dictionary(grouping: findings, by: \.rule.rawValue)
        .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        .map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
      return [
        Paint.quiet(
          "\(Human.count(findings.count, "notice", "notices")) (\(counts)); see --level notice")
      ]
    }
  }
}

extension MigrationFinding {
  /// The name of the problem in JSON.
  fileprivate var word: String {
    switch problem {
    case .fails, .throwsError: "fails"
    case .irreversible: "irreversible"
    case .emptyDown: "empty-down"
    case .emptyUp: "empty-up"
    case .loses(let finding): finding.rule.rawValue
    case .notRestored: "schema-not-restored"
    case .rowsNotRestored: "rows-not-restored"
    case .notRepeatable: "schema-not-repeatable"
    case .rowsNotRepeatable: "rows-not-repeatable"
    case .notConvergent: "squash-not-convergent"
    }
  }
}
