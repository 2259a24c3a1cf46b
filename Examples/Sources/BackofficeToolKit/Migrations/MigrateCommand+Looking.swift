import ArgumentParser
import Backoffice
import ExampleSupport

extension MigrateCommand {
  struct Status: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the migrations with their state; changes nothing.",
      discussion: "Exit status: 0 up to date, 3 pending, 4 diverged, 5 drift.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      let migrator = try source.migrator()
      let diagnosis = try database.looking { try migrator.diagnose($0) }
      let migrations = diagnosis.packs.flatMap(\.migrations)
      var table = TextTable(
        .text("Migration", upTo: 56), .text("State"), .text("Since", upTo: 30))
      for step in migrations {
        table.add(
          .init(step.id.description), .init(step.state.rawValue, step.state.paint),
          .init(step.appliedAt?.description ?? "–", .quiet))
      }
      let problems = (diagnosis.problems + diagnosis.broken).map(\.description)
      var lines = table.isEmpty ? ["The folder contains no migrations."] : table.lines()
      lines += problems.map { Paint.bad("✗ \($0)") }
      if diagnosis.drift != nil {
        lines.append(
          Paint.bad("✗ the schema was changed other than by migrations; see migrate drift"))
      }
      return MigrationReport(exit(diagnosis), lines) { answer in
        answer.steps = migrations.map(MigrationReport.Step.init)
        answer.problems = problems
      }
    }

    private func exit(_ diagnosis: MigrationDiagnosis) -> MigrationExit {
      if let problem = diagnosis.problems.first { return MigrationExit(problem) }
      if !diagnosis.broken.isEmpty { return .failed }
      if diagnosis.drift != nil { return .drift }
      return diagnosis.isCurrent ? .ok : .pending
    }
  }

  struct Validate: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Checks whether a run would begin; changes nothing.",
      discussion: "Exit status: 0 nothing pending, 1 a file is invalid, 3 pending, 4 diverged.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      let migrator = try source.migrator()
      guard migrator.packs.contains(where: { !$0.migrations.isEmpty }) else {
        throw MigrationError.noMigrations
      }
      let (problems, isPending) = try database.looking { file in
        let problems = try migrator.validate(file)
        return (problems, try problems.isEmpty && migrator.hasPending(file))
      }
      let exit = problems.first.map { MigrationExit($0) } ?? (isPending ? .pending : .ok)
      let lines =
        problems.isEmpty
        ? [Paint.good(isPending ? "✓ A run would begin." : "✓ The schema is up to date.")]
        : problems.map { Paint.bad("✗ \($0)") }
      return MigrationReport(exit, lines) { $0.problems = problems.map(\.description) }
    }
  }

  struct Drift: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Compares the schema of the file with the schema that its migrations produce.",
      discussion: "Exit status: 0 equal, 5 changed other than by migrations.")

    @OptionGroup var source: MigrationSource
    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption

    func report() throws -> MigrationReport {
      try database.requireFile()
      let migrator = try source.migrator()
      let drift = try database.looking { try migrator.drift($0) }
      let lines = drift.lines.map { Paint.bad("✗ \($0)") }
      return MigrationReport(
        drift.isDrift ? .drift : .ok,
        lines.isEmpty ? [Paint.good("✓ The schema equals that of the migrations.")] : lines
      ) { answer in
        answer.differences = drift.lines
      }
    }
  }

  struct Dump: MigrationCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes the schema as SQL, in canonical order.")

    @OptionGroup var database: DatabaseOption
    @OptionGroup var format: FormatOption
    @Option(help: "The file to write to, instead of standard output.", completion: .file())
    var output: String?

    func report() throws -> MigrationReport {
      try database.requireFile()
      let (text, fingerprint) = try database.looking { file in
        (try file.schemaDump(), try file.schema().fingerprint)
      }
      guard let output else {
        return MigrationReport(.ok, text.isEmpty ? [] : [String(text.dropLast())]) {
          $0.schema = text
        }
      }
      try TextFile.write(text, to: output)
      return MigrationReport(.ok, ["\(output): \(fingerprint)"]) { $0.path = output }
    }
  }
}

extension MigrationStatus.State {
  var paint: Paint {
    switch self {
    case .applied, .squashed: .good
    case .pending: .notable
    case .edited, .missing, .ahead, .outOfOrder, .unknownPack: .bad
    }
  }
}
