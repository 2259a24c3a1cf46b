import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// The options that imports into append-only logs share.
struct ImportOptions: ParsableArguments {
  @Argument(
    help: "The table, with the names of its columns in the first line; - is standard input.",
    completion: .file())
  var file: String
  @OptionGroup var database: NewDatabaseOption
  @OptionGroup var answer: FormatOption
  @Flag(help: "Show what would be added, and write nothing.")
  var dryRun = false
  @Flag(help: "Import a file although it was imported before with other options.")
  var again = false

  /// Runs an import, and tells its result.
  ///
  /// - Parameters:
  ///   - table: the log that it adds to.
  ///   - options: the options that decide what the lines mean.
  ///   - things: what the lines are.
  ///   - body: reads the table.
  func run(
    into table: ImportRun.Table, options: [String: String], of things: String,
    _ body: (ByteSource, BackofficeStore, ImportRun, inout ImportReport) throws -> Void
  ) throws {
    let report = try ImportFailure.naming(file) { report in
      let run = ImportRun(
        table, file: file, fingerprint: try ImportRun.fingerprint(of: file), options: options,
        again: again)
      let source = try ByteSource(path: file)
      let store = try open()
      defer { store.close() }
      if dryRun { report.isDryRun = true }
      try body(source, store, run, &report)
      return report
    }
    report.tell(of: file)
    if answer.json {
      try Output.json(report)
    } else {
      Output.line(report.summary(of: things))
      if let id = report.importID {
        Output.note("to take it back: backoffice imports take-back \(id)")
      }
    }
    try report.requireLines(of: file)
  }

  /// A dry run into a file that is not there yet runs in memory.
  private func open() throws -> BackofficeStore {
    let path = database.database.database
    guard dryRun, database.create, !FileManager.default.fileExists(atPath: path) else {
      return try database.open()
    }
    return try database.database.open(.memory, .migrate)
  }
}
