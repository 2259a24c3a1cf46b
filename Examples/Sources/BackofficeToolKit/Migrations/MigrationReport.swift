import ArgumentParser
import Backoffice
import ExampleSupport

/// The exit status of a migration command.
package enum MigrationExit: Int32, Sendable {
  /// Success.
  case ok = 0
  /// A failure, which was rolled back.
  case failed = 1
  /// Migrations are pending.
  case pending = 3
  /// The file and the folder differ.
  case diverged = 4
  /// The schema was changed other than by migrations.
  case drift = 5
  /// Verification or lint has findings.
  case findings = 6
  /// Another program held the lock until the timeout.
  case busy = 7

  /// The exit status of a command that threw `error`.
  package init(_ error: any Error) {
    switch error {
    case let failure as MigrationFailure: self = MigrationExit(failure.cause)
    case let error as MigrationError:
      switch error {
      case .pending: self = .pending
      case .edited, .missing, .newerThanLibrary, .unknownPack, .outOfOrder, .squashGap,
        .foreignLedger, .otherTool, .unknownAlgorithm, .folderChanged:
        self = .diverged
      default: self = .failed
      }
    case StorageError.busy: self = .busy
    default: self = .failed
    }
  }

  /// The name of the status in JSON.
  var word: String {
    switch self {
    case .ok: "ok"
    case .failed: "failed"
    case .pending: "pending"
    case .diverged: "diverged"
    case .drift: "drift"
    case .findings: "findings"
    case .busy: "busy"
    }
  }
}

/// The report of a migration command, as text and as JSON.
package struct MigrationReport: Sendable {
  /// The exit status.
  package var exit: MigrationExit
  /// The lines of text.
  package var lines: [String]
  /// The JSON.
  package var answer: Answer

  /// The JSON of all commands; properties that do not apply are omitted.
  package struct Answer: Encodable, Sendable {
    package var outcome = ""
    package var exitCode: Int32 = 0
    package var steps: [Step]?
    package var findings: [Finding]?
    package var problems: [String]?
    package var differences: [String]?
    package var path: String?
    package var schema: String?
    package var error: String?

    init() {}
  }

  /// A migration, with its state or what was done with it.
  package struct Step: Encodable, Sendable {
    package var pack: String
    package var version: String
    package var file: String
    package var state: String?
    package var direction: String?
    package var appliedAt: String?
    package var milliseconds: Int64?
    package var isReversible: Bool?
    package var changedRows: Int?
  }

  /// A finding of verification or lint.
  package struct Finding: Encodable, Sendable {
    package var file: String
    package var line: Int?
    package var rule: String
    package var severity: String
    package var text: String
  }

  init(_ exit: MigrationExit, _ lines: [String] = [], _ fill: (inout Answer) -> Void = { _ in }) {
    self.exit = exit
    self.lines = lines
    answer = Answer()
    fill(&answer)
    answer.outcome = exit.word
    answer.exitCode = exit.rawValue
  }
}

/// A migration command, which creates a report before it prints anything.
protocol MigrationCommand: ParsableCommand {
  var format: FormatOption { get }

  /// Runs the command.
  func report() throws -> MigrationReport
}

extension MigrationCommand {
  /// Runs the command; an error becomes a report, except for an invalid command line.
  func settled() throws -> MigrationReport {
    do {
      return try report()
    } catch let error as ValidationError {
      throw error
    } catch {
      return MigrationReport(MigrationExit(error), [Paint.bad("\(error)")]) {
        $0.error = "\(error)"
      }
    }
  }

  /// Runs the command, prints its report, and exits with its status.
  func run() throws {
    let report = try settled()
    if format.json {
      try Output.json(report.answer)
    } else if report.answer.error != nil {
      for line in report.lines { Output.note(line) }
    } else {
      Output.lines(report.lines)
    }
    if report.exit != .ok { throw ExitCode(report.exit.rawValue) }
  }

  /// Prints the progress of a run, unless the output is JSON.
  func tell(_ event: MigrationEvent) {
    guard !format.json else { return }
    switch event {
    case .finished(let step, let duration):
      Output.note(Paint.quiet("\(step) in \(duration.microseconds / 1000) ms"))
    case .progress(let step, let statement, let microseconds):
      Output.note(
        Paint.quiet("\(step): at statement \(statement) after \(microseconds / 1_000_000) s"))
    case .snapshot(let path): Output.note(Paint.quiet("the snapshot is \(path)"))
    case .notice(let notice): Output.note(Paint.notable("\(notice)"))
    case .started, .failed: break
    }
  }
}

extension MigrationReport.Step {
  init(_ step: MigrationStep) {
    self.init(
      pack: step.id.pack, version: step.id.version.description, file: step.file,
      direction: step.direction.rawValue)
  }

  init(_ status: MigrationStatus) {
    self.init(
      pack: status.id.pack, version: status.id.version.description, file: status.id.file,
      state: status.state.rawValue, appliedAt: status.appliedAt?.description,
      milliseconds: status.duration.map { $0.microseconds / 1000 },
      isReversible: status.isReversible)
  }
}

extension MigrationReport {
  /// The report of a run.
  static func steps(_ steps: [MigrationStep], none: String) -> MigrationReport {
    let lines = steps.map { step in
      Paint.good("✓ ") + "\(step)" + (step.direction == .down ? " (reverted)" : "")
    }
    return MigrationReport(.ok, lines.isEmpty ? [none] : lines) { answer in
      answer.steps = steps.map(Step.init)
    }
  }
}
