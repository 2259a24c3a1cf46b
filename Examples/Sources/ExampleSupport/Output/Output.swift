import Foundation

/// The output of a program: results on standard output, everything else on standard error.
package enum Output {
  /// Writes a line of the result.
  package static func line(_ text: String = "") {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
  }

  /// Writes the lines of a table or a section.
  package static func lines(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    line(lines.joined(separator: "\n"))
  }

  /// Writes the title of a section, after an empty line.
  package static func heading(_ text: String) {
    line("\n" + Paint.heading(text))
  }

  /// Writes a value as JSON; the same value gives the same bytes.
  package static func json(_ value: some Encodable) throws {
    line(try jsonText(value))
  }

  /// Writes a note to standard error.
  package static func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// Writes the skipped lines of `file` and the reasons.
  package static func report(_ skipped: [SkippedLine], of file: String) {
    for line in skipped { note("\(file):\(line.line): \(line.reason); skipped") }
  }

  /// A value as JSON text with sorted keys.
  package static func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
