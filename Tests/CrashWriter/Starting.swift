import Backoffice
import Foundation

/// Makes the schema of one file after the other, as told on standard input, a path a line.
///
/// Answers `ok <steps>` or `error <what>` for each, so that a test can let several processes begin
/// with the same new file at once.
struct Starting {
  let migrator: Migrator

  init(folder: String) throws {
    migrator = try Migrator([MigrationFolder(folder).pack()])
  }

  func run() {
    Self.say("ready")
    var configuration = Database.Configuration()
    configuration.busyTimeout = .seconds(120)
    while let path = readLine() {
      do {
        let steps = try Database.maintain(.file(path), configuration: configuration) {
          try migrator.up($0)
        }
        Self.say("ok \(steps.count)")
      } catch {
        Self.say("error \(error)")
      }
    }
  }

  private static func say(_ line: String) {
    FileHandle.standardOutput.write(Data((line + "\n").utf8))
  }
}
