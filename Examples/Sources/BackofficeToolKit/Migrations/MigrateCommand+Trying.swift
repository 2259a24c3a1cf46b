import ArgumentParser
import Backoffice
import ExampleSupport

extension MigrateCommand {
  struct Verify: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes each migration in, out and in again on a private copy, and compares.",
      discussion: """
        Compares schema and rows. On an empty database all migrations are tried; with --live those \
        that are pending, on a copy of the file with its rows.

        Exit status: 0 all sound, 6 something found.
        """)

    @OptionGroup var source: MigrationSource
    @OptionGroup var format: FormatOption
    @Option(
      help: ArgumentHelp("The file whose rows are copied.", valueName: "file"),
      completion: .file())
    var database: String?
    @Flag(help: "Try what is pending on a copy of the file, with its rows.")
    var live = false
    @Flag(help: "A migration without a way back is a fault as well.")
    var strict = false

    func validate() throws {
      guard !live || database != nil else { throw ValidationError("--live needs --database") }
    }

    func report() throws -> MigrationReport {
      let migrator = try source.migrator()
      let findings: [MigrationFinding]
      if live, let database {
        guard TextFile.isThere(database) else { throw MissingDatabase(path: database) }
        findings = try Database.maintain(.readOnly(database)) { try migrator.verifyPending($0) }
      } else {
        findings = try migrator.verify()
      }
      let isSound = !findings.contains { $0.isFault || strict }
      let lines = findings.map { finding in
        finding.isFault || strict
          ? Paint.bad("✗ \(finding)") : Paint.notable("! \(finding)")
      }
      return MigrationReport(
        isSound ? .ok : .findings,
        lines + (isSound ? [Paint.good("✓ Every way back restores what was there.")] : [])
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
      abstract: "Says what is risky or wrong in migrations, judged by what they do.",
      discussion: """
        A comment `-- lint:ignore RULE` in front of a statement switches a rule off for it, \
        `-- lint:ignore-file RULE` for the file.

        Exit status: 0 nothing as bad as --level, 6 something found.
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
    @Option(help: ArgumentHelp("Tell only of later versions.", valueName: "version"))
    var since: String?
    @Option(help: "How bad a finding must be to fail: notice, warning, error.")
    var level: Level = .warning

    func report() throws -> MigrationReport {
      let since = try since.map(Migrator.version)
      let findings = try source.migrator().lint { id in since.map { id.version > $0 } ?? true }
      let fails = findings.contains { $0.severity >= level.severity }
      let lines = findings.map { finding in
        let paint: Paint =
          switch finding.severity {
          case .notice: .quiet
          case .warning: .notable
          case .error: .bad
          }
        return paint("\(finding)")
      }
      return MigrationReport(
        fails ? .findings : .ok, lines.isEmpty ? [Paint.good("✓ Nothing found.")] : lines
      ) { answer in
        answer.findings = findings.map { finding in
          MigrationReport.Finding(
            file: finding.file, line: finding.line, rule: finding.rule.rawValue,
            severity: finding.severity.name, text: finding.text)
        }
      }
    }
  }
}

extension MigrationFinding {
  /// What is wrong, in a word for JSON.
  fileprivate var word: String {
    switch problem {
    case .fails, .throwsError: "fails"
    case .irreversible: "irreversible"
    case .emptyWayBack: "empty-way-back"
    case .notRestored: "schema-not-restored"
    case .rowsNotRestored: "rows-not-restored"
    case .notRepeatable: "schema-not-repeatable"
    case .rowsNotRepeatable: "rows-not-repeatable"
    case .notConvergent: "squash-not-convergent"
    }
  }
}
