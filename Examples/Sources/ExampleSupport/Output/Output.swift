import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The output of a program: results on standard output, everything else on standard error.
///
/// A write that fails ends nothing: the first failure of standard output is kept in ``failure``,
/// later lines are dropped, and ``Launch`` exits with a failure. Control characters are shown as
/// escapes, see ``VisibleText``.
package enum Output {
  private static let lost = Mutex<OutputFailure?>(nil)

  /// The first failure of a write to standard output, or nil.
  package static var failure: OutputFailure? { lost.withLock { $0 } }

  /// Writes a line of the result.
  package static func line(_ text: String = "") { screen(VisibleText.of(text) + "\n") }

  /// Writes the lines of a table or a section.
  package static func lines(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    line(lines.joined(separator: "\n"))
  }

  /// Writes the title of a section, after an empty line.
  package static func heading(_ text: String) {
    line("\n" + Paint.heading(text))
  }

  /// Writes text with control sequences for a terminal, as it is.
  package static func screen(_ text: String) {
    guard failure == nil, let code = write(text, to: STDOUT_FILENO) else { return }
    lost.withLock { $0 = $0 ?? OutputFailure(code: code) }
  }

  /// Writes a note to standard error.
  package static func note(_ text: String) { progress(VisibleText.of(text) + "\n") }

  /// Writes text with control sequences to standard error, as it is.
  package static func progress(_ text: String) { _ = write(text, to: STDERR_FILENO) }

  /// Writes everything; waits if the other end is full.
  ///
  /// - Returns: the system's error, or nil.
  private static func write(_ text: String, to descriptor: Int32) -> Int32? {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      #if canImport(Darwin)
        let count = rest.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
      #elseif canImport(Musl)
        let count = rest.withUnsafeBytes { Musl.write(descriptor, $0.baseAddress, $0.count) }
      #else
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      #endif
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}

/// A write to standard output that failed.
package struct OutputFailure: Error, Hashable, CustomStringConvertible {
  /// The system's error.
  package let code: Int32

  /// Whether the reader has gone, such as `head` after its last line.
  package var isClosedPipe: Bool { code == EPIPE }

  package var description: String {
    "standard output could not be written: \(String(cString: strerror(code)))"
  }
}
