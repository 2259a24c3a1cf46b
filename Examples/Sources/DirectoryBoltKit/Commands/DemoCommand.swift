package import ArgumentParser
import Backoffice
import ExampleData
import ExampleSupport

/// Simulates a directory submission service.
package struct DemoCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Simulates a directory submission service for 30 days and prints a report.",
    discussion: """
      Imports directories and businesses, enrols customers on tiers, enqueues their listings as \
      far as their credits go, runs several workers against simulated directories, lets \
      assistants complete actions, moves submissions through review, takes snapshots, and checks \
      the store at the end. The same seed gives the same result.

      Examples:
        directorybolt demo
        directorybolt demo --seed 42 --days 60 --database demo.sqlite
        directorybolt demo --directories directories.csv --json
      """)

  @Option(
    help: ArgumentHelp(
      "The SQLite file to create; in memory by default.", valueName: "file"),
    completion: .file())
  var database: String?
  @OptionGroup var format: FormatOption
  @Option(help: "The seed of random numbers.")
  var seed: UInt64 = 7
  @Option(
    help: ArgumentHelp("A table of directories instead of the bundled one.", valueName: "csv"),
    completion: .file())
  var directories: String?
  @Option(
    help: ArgumentHelp("A table of businesses instead of the bundled one.", valueName: "csv"),
    completion: .file())
  var businesses: String?
  @Option(help: "The number of days to simulate.", transform: Arguments.number(1...3650))
  var days = 30
  @Option(help: "The number of workers.", transform: Arguments.number(1...64))
  var workers = 4

  package init() {}

  package func run() throws {
    var settings = DemoSettings(
      directories: try directories.map { try ByteSource(path: $0) }
        ?? ByteSource(ExampleData.directories),
      businesses: try businesses.map { try ByteSource(path: $0) }
        ?? ByteSource(ExampleData.businesses),
      assistants: ByteSource(ExampleData.assistants))
    settings.seed = seed
    settings.days = days
    settings.workers = workers

    let bar = ProgressBar("Living", total: days)
    let demo = try Demo(settings, location: database.map { .file($0) } ?? .memory)
    defer { demo.close() }
    try demo.run { day in bar.show(day, "day \(day + 1) of \(days)") }
    bar.finish()
    let names = ["directories": directories, "businesses": businesses]
    for (kind, report) in demo.imports.sorted(by: { $0.key < $1.key }) {
      report.tell(of: (names[kind] ?? nil) ?? "bundled \(kind)")
    }
    let report = try demo.report()
    if format.json {
      try Output.json(report)
    } else {
      Output.line(
        Paint.heading("DirectoryBolt after \(Human.count(days, "day", "days"))")
          + Paint.quiet("  (seed \(seed), \(report.asOf))"))
      report.show()
    }
    if !report.check.isClean { throw ExitCode.failure }
  }
}
