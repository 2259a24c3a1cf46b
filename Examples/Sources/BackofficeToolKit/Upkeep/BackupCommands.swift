package import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// Copies a store.
package struct BackupCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copies the store to a new file, while programs use it, and verifies the copy.",
    discussion: """
      Example:
        backoffice backup copy.sqlite --database office.sqlite
      """)

  @Argument(help: "The file to create.", completion: .file())
  var copy: String
  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption

  package init() {}

  package func run() throws {
    let path = database.database
    guard !FileManager.default.fileExists(atPath: copy) else { throw ExistingFile(path: copy) }
    let source = try database.openToRead()
    defer { source.close() }
    try source.database.backUp(to: copy)
    let answer = CopyAnswer(
      from: path, to: copy,
      bytes: (try? FileManager.default.attributesOfItem(atPath: copy)[.size] as? Int) ?? 0)
    if format.json {
      try Output.json(answer)
    } else {
      Output.line("\(path) copied to \(copy): \(Human.grouped(answer.bytes / 1024)) KiB, verified")
      Output.note(
        "to restore it: backoffice restore \(copy.shellWord) --database \(path.shellWord) --replace"
      )
    }
  }
}

/// Restores a copy of a store.
package struct RestoreCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restores a copy that backup made; no program may have the file open.",
    discussion: """
      The copy is verified, and must be a store. The replaced file is gone: back it up first.

      Example:
        backoffice restore copy.sqlite --database office.sqlite --replace
      """)

  @Argument(help: "The copy.", completion: .file())
  var copy: String
  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Flag(help: "Replace the file of --database if it exists.")
  var replace = false

  package init() {}

  package func run() throws {
    let path = database.database
    if !replace, FileManager.default.fileExists(atPath: path) { throw ExistingFile(path: path) }
    try DatabaseOption.requireStore(copy)
    try Database.restore(from: copy, to: path, replacing: replace)
    if format.json {
      try Output.json(
        CopyAnswer(
          from: copy, to: path,
          bytes: (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0))
    } else {
      Output.line("\(copy) restored to \(path)")
    }
  }
}

/// The JSON of a copy.
struct CopyAnswer: Encodable {
  let from: String
  let to: String
  let bytes: Int
}

/// Thrown when a file would be overwritten.
struct ExistingFile: Error, Hashable, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path) exists and is not overwritten; name another file, or remove it first "
      + "(restore replaces it with --replace)"
  }
}
