#if os(macOS) || os(Linux)
  import Foundation

  /// A helper process whose lines are read as they come.
  ///
  /// @unchecked Sendable: what it said is read and written under `news` alone.
  final class Child: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    /// Told whenever it says something, and when it ends.
    private let news = NSCondition()
    private var text: [UInt8] = []
    private var count = 0
    private var isAtEnd = false

    init(_ arguments: [String]) throws {
      let output = Pipe()
      process.executableURL = try Helper.url()
      process.arguments = arguments
      process.standardOutput = output
      process.standardInput = input
      let handle = output.fileHandleForReading
      try process.run()
      let reader = Thread { [self] in
        while hear(handle.availableData) {}
      }
      reader.start()
    }

    /// What it said so far, in complete lines.
    var lines: [String] {
      let text = news.withLock { self.text }
      return String(decoding: text, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    var lineCount: Int { news.withLock { count } }

    /// Waits until it said so many lines, or has ended, or the time is up.
    func wait(forLines wanted: Int, atMost limit: Duration = .seconds(600)) {
      let end = Date(timeIntervalSinceNow: limit / .seconds(1))
      news.withLock {
        while count < wanted, !isAtEnd, news.wait(until: end) {}
      }
    }

    /// Ends it without a word.
    func kill() {
      Foundation.kill(process.processIdentifier, SIGKILL)
      end()
    }

    /// Waits for its own end.
    func end() {
      process.waitUntilExit()
      news.withLock {
        while !isAtEnd { news.wait() }
      }
    }

    /// Ends its standard input, which it takes as a wish to stop.
    func closeInput() { try? input.fileHandleForWriting.close() }

    var exitStatus: Int32 { process.terminationStatus }

    /// Takes in what it said; false at the end.
    private func hear(_ data: Data) -> Bool {
      news.withLock {
        text += data
        count += data.count { $0 == UInt8(ascii: "\n") }
        isAtEnd = data.isEmpty
        news.broadcast()
        return !isAtEnd
      }
    }
  }
#endif
