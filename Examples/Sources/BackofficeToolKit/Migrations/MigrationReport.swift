import ArgumentParser
import Backoffice
import ExampleSupport

/// How a command about migrations ends, as its exit status says.
package enum MigrationExit: Int32, Sendable {
  /// Done, or nothing to do.
  case ok = 0
  /// Something failed, and was rolled back.
  case failed = 1
  /// Migrations are due.
  case pending = 3
  /// The file and the folder do not fit together.
  case diverged = 4
  /// Another hand changed the schema.
  case drift = 5
  /// A trial or a look found something.
  case findings = 6
  /// Another program held the lock.
  case busy = 7

  /// The ending of a command that threw `error`.
  package init(_ error: any Error) {
    switch error {
    case let failure as MigrationFailure: self = MigrationExit(failure.cause)
    case let error as MigrationError:
      switch error {
      case .pending: self = .pending
      case .edited, .missing, .newerThanLibrary, .unknownPack, .outOfOrder, .squashGap,
        .foreignLedger, .unknownAlgorithm, .folderChanged:
        self = .diverged
      default: self = .failed
      }
    case StorageError.busy: self = .busy
    default: self = .failed
    }
  }

  /// The ending in a word, for JSON.
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

/// What a command about migrations answers, for people and for programs.
package struct MigrationReport: Sendable {
  /// How it ends.
  package var exit: MigrationExit
  /// What people read.
  package var lines: [String]
  /// What programs read.
  package var answer: Answer

  /// The JSON of every command; what a command has nothing to say of is left out.
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

  /// A migration, and how the file stands to it or what was done with it.
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

  /// Something that a trial or a look found.
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

/// A command about migrations: computes a report, and only then says anything.
protocol MigrationCommand: ParsableCommand {
  var format: FormatOption { get }

  /// Does the work.
  func report() throws -> MigrationReport
}

extension MigrationCommand {
  /// Does the work; what fails is a report as well, but for a command line that makes no sense.
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

  /// Does the work, says what came of it, and ends with the status that says so too.
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

  /// Says how a run goes, where no program listens.
  func tell(_ event: MigrationEvent) {
    guard !format.json else { return }
    switch event {
    case .finished(let step, let duration):
      Output.note(Paint.quiet("\(step) in \(duration.microseconds / 1000) ms"))
    case .progress(let step, let statement, let microseconds):
      Output.note(
        Paint.quiet("\(step): at statement \(statement) after \(microseconds / 1_000_000) s"))
    case .snapshot(let path): Output.note(Paint.quiet("a copy of the file is at \(path)"))
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
  /// What a run did.
  static func steps(_ steps: [MigrationStep], none: String) -> MigrationReport {
    let lines = steps.map { step in
      Paint.good("✓ ") + "\(step)" + (step.direction == .down ? " (out)" : "")
    }
    return MigrationReport(.ok, lines.isEmpty ? [none] : lines) { answer in
      answer.steps = steps.map(Step.init)
    }
  }
}
