package import ArgumentParser
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a program from its command line to its exit status.
///
/// What happens outside never traps: a reader that goes away, a full disk behind standard output,
/// and standard streams that are closed at the start end in an exit status and a sentence.
package enum Launch {
  /// The exit status when the reader of standard output has gone, as a shell reports SIGPIPE.
  package static let closedPipe: Int32 = 141

  /// Parses and runs a command, and exits.
  package static func main(_ root: any ParsableCommand.Type, _ arguments: [String]) async -> Never {
    keepStandardStreams()
    signal(SIGPIPE, SIG_IGN)
    var status: Int32 = 0
    do {
      try checkArguments(arguments)
      var command = try root.parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      status = report(error, of: root, arguments)
    }
    if let failure = Output.failure {
      if failure.isClosedPipe {
        status = status == 0 ? closedPipe : status
      } else {
        Output.note("Error: \(failure); what the command did before is done")
        status = status == 0 ? 1 : status
      }
    }
    ReadableCopy.removeAll()
    exit(status)
  }

  /// The most words of a command line before `--`: parsing takes the square of their number.
  private static let mostArguments = 1000

  private static func checkArguments(_ arguments: [String]) throws {
    let count = arguments.prefix { $0 != "--" }.count
    guard count <= mostArguments else {
      throw ValidationError(
        "the command line has \(Human.grouped(count)) words; it may have "
          + Human.grouped(mostArguments))
    }
    // Swift replaces bytes that are not UTF-8, and another file would be opened than was named.
    for index in 0..<Int(CommandLine.argc) {
      guard let argument = CommandLine.unsafeArgv[index] else { continue }
      guard String(validatingCString: argument) != nil else {
        throw ValidationError("argument \(index) is not UTF-8")
      }
    }
  }

  /// A descriptor below 3 that is closed would be given to the next file that is opened, and what
  /// is printed would be written into that file.
  private static func keepStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The other direction than the stream's: its use fails as before.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Prints an error, or help.
  ///
  /// - Returns: the exit status.
  private static func report(
    _ error: any Error, of root: any ParsableCommand.Type, _ arguments: [String]
  ) -> Int32 {
    let status = root.exitCode(for: error).rawValue
    if status == 0 {
      Output.line(root.fullMessage(for: error))
    } else if error is ExitCode {
      // The command has said why.
    } else if arguments.prefix(while: { $0 != "--" }).contains("--json") {
      let failure = FailureReport(error, message: root.message(for: error), exitCode: status)
      Output.line((try? Output.jsonText(failure)) ?? "{}")
    } else {
      Output.note(Suggestion.improve(root.fullMessage(for: error), of: root, arguments))
    }
    return status
  }
}

/// The JSON of a failure.
struct FailureReport: Encodable {
  let outcome = "failed"
  let exitCode: Int32
  let error: String
  /// The file that was read.
  let file: String?
  /// The line of the file.
  let line: Int?
  /// What had been done, and stays done.
  let done: ImportReport?

  init(_ error: any Error, message: String, exitCode: Int32) {
    self.exitCode = exitCode
    self.error = message
    let failure = error as? ImportFailure
    file = failure?.file
    line = failure?.line
    done = failure?.done
  }
}
