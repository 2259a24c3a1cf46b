#if os(macOS) || os(Linux)
  import Foundation
  import Synchronization

  /// A helper process whose lines are read as they come.
  final class Child: @unchecked Sendable {
    private struct State: Sendable {
      var text: [UInt8] = []
      var isAtEnd = false
    }

    private let process = Process()
    private let input = Pipe()
    private let state = Mutex(State())

    init(_ arguments: [String]) throws {
      let output = Pipe()
      process.executableURL = try Helper.url()
      process.arguments = arguments
      process.standardOutput = output
      process.standardInput = input
      let handle = output.fileHandleForReading
      try process.run()
      let reader = Thread { [self] in
        while true {
          let data = handle.availableData
          state.withLock { state in
            if data.isEmpty { state.isAtEnd = true } else { state.text += data }
          }
          if data.isEmpty { return }
        }
      }
      reader.start()
    }

    /// What it said so far, in complete lines.
    var lines: [String] {
      let text = state.withLock { $0.text }
      return String(decoding: text, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    var lineCount: Int { state.withLock { $0.text.count { $0 == UInt8(ascii: "\n") } } }

    /// Waits until it said so many lines, or has ended.
    func wait(forLines count: Int) {
      while lineCount < count, !state.withLock({ $0.isAtEnd }) { usleep(500) }
    }

    /// Ends it without a word.
    func kill() {
      Foundation.kill(process.processIdentifier, SIGKILL)
      end()
    }

    /// Waits for its own end.
    func end() {
      process.waitUntilExit()
      while !state.withLock({ $0.isAtEnd }) { usleep(500) }
    }

    /// Ends its standard input, which it takes as a wish to stop.
    func closeInput() { try? input.fileHandleForWriting.close() }

    var exitStatus: Int32 { process.terminationStatus }
  }
#endif
