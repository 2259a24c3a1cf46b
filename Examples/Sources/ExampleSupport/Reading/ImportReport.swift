import ArgumentParser

/// The result of an import, counted by lines.
package struct ImportReport: Codable, Hashable, Sendable {
  package var added = 0
  package var updated = 0
  package var unchanged = 0
  package var skipped = SkippedLines()
  /// Lines that were imported without something that could not be read; nil for none.
  package var incomplete: SkippedLines?
  /// The id by which the import can be taken back; nil if nothing was added.
  package var importID: String?
  /// Whether nothing was written, because that was asked for.
  package var isDryRun: Bool?

  package init() {}

  /// How many lines were valid.
  package var read: Int { added + updated + unchanged }

  /// One sentence, such as `97 directories added, 2 lines skipped`.
  package func summary(of things: String) -> String {
    var parts: [String] = []
    if added > 0 { parts.append("\(added) added") }
    if updated > 0 { parts.append("\(updated) updated") }
    if unchanged > 0 { parts.append("\(unchanged) already up to date") }
    if parts.isEmpty { parts.append("none found") }
    if skipped.total > 0 {
      parts.append("\(skipped.total) \(skipped.total == 1 ? "line" : "lines") skipped")
    }
    var text = "\(things): " + parts.joined(separator: ", ")
    if added == 0, updated == 0, unchanged > 0 { text += "; nothing was changed" }
    if isDryRun == true { text += "; this was a dry run, nothing was written" }
    return text
  }

  /// Tells a person about skipped lines, and fails if no line was valid.
  ///
  /// - Throws: `ExitCode.failure`.
  package func tell(of file: String) {
    for note in skipped.notes(of: file) { Output.note(note) }
    for note in incomplete?.notes(of: file, outcome: "imported without it") ?? [] {
      Output.note(note)
    }
  }

  /// Ends a command: an import of which every line was skipped is a failure.
  ///
  /// - Throws: `ExitCode.failure`.
  package func requireLines(of file: String) throws {
    guard read == 0, skipped.total > 0 else { return }
    Output.note("Error: no line of \(file) could be imported")
    throw ExitCode.failure
  }
}

/// Thrown when an import ends before the end of its file.
package struct ImportFailure: Error, CustomStringConvertible {
  package let file: String
  /// The line at which it ended, if a line was the cause.
  package let line: Int?
  /// What had been done, and stays done.
  package let done: ImportReport
  package let cause: any Error

  package init(file: String, line: Int?, done: ImportReport, cause: any Error) {
    self.file = file
    self.line = line
    self.done = done
    self.cause = cause
  }

  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    let before =
      done.read == 0
      ? "nothing was imported" : "before that, \(done.summary(of: "lines")); these stay"
    let reason = "\(cause)"
    return "\(reason.hasPrefix(file) ? "" : "\(place): ")\(reason); \(before)"
  }

  /// Runs an import, and names the file in its errors.
  package static func naming<Result>(
    _ file: String, _ body: (inout ImportReport) throws -> Result
  ) throws -> Result {
    var report = ImportReport()
    do {
      return try body(&report)
    } catch let failure as LineFailure {
      throw ImportFailure(file: file, line: failure.line, done: report, cause: failure.cause)
    } catch let error as ReadingError {
      throw ImportFailure(file: file, line: nil, done: report, cause: error)
    }
  }
}

/// An error that ended the reading of a table at a line.
package struct LineFailure: Error, CustomStringConvertible {
  package let line: Int
  package let cause: any Error

  package var description: String { "line \(line): \(cause)" }
}
