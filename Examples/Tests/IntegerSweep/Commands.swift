import ArgumentParser
import BackofficeToolKit
import DirectoryBoltKit

/// The root of a program.
protocol ParsableCommandRoot: ParsableCommand {}

extension ParsableCommandRoot {
  /// Parses and runs a command line.
  static func perform(_ arguments: [String]) async throws {
    var command = try parseAsRoot(arguments)
    if var command = command as? any AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  }
}

extension BackofficeTool: ParsableCommandRoot {}
extension DirectoryBoltTool: ParsableCommandRoot {}
