import CProcessTree
import Foundation

extension ProcessTree {
  /// The standard streams of a command, and what came through them.
  struct Pipes {
    struct Ends {
      var read: Int32 = -1
      var write: Int32 = -1

      mutating func open() -> Bool {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return false }
        (read, write) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return true
      }

      mutating func closeRead() {
        if read >= 0 { _ = Foundation.close(read) }
        read = -1
      }

      mutating func closeWrite() {
        if write >= 0 { _ = Foundation.close(write) }
        write = -1
      }
    }

    var input = Ends()
    var output = Ends()
    var error = Ends()
    private(set) var outputBytes: [UInt8] = []
    private(set) var errorBytes: [UInt8] = []

    mutating func open(command: String) throws {
      guard input.open(), output.open(), error.open() else {
        throw CannotStart(command: command, code: errno)
      }
      for end in [input.write, output.read, error.read] {
        _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
      }
    }

    /// Closes the ends that the command has.
    mutating func closeFarEnds() {
      input.closeRead()
      output.closeWrite()
      error.closeWrite()
    }

    mutating func close() {
      closeFarEnds()
      input.closeWrite()
      output.closeRead()
      error.closeRead()
    }

    /// Writes the input and reads the outputs until the command has ended.
    ///
    /// - Returns: how it ended; nil if its guard was killed.
    mutating func attend(_ report: Int32, input bytes: [UInt8], limit: Int) -> process_tree_end? {
      var rest = bytes[...]
      if rest.isEmpty { input.closeWrite() }
      while true {
        var sources = [
          pollfd(fd: report, events: Int16(POLLIN), revents: 0),
          pollfd(fd: output.read, events: Int16(POLLIN), revents: 0),
          pollfd(fd: error.read, events: Int16(POLLIN), revents: 0),
          pollfd(fd: input.write, events: Int16(POLLOUT), revents: 0),
        ]
        guard poll(&sources, nfds_t(sources.count), -1) >= 0 else { continue }
        if sources[1].revents != 0, !Self.drain(output.read, into: &outputBytes, limit) {
          output.closeRead()
        }
        if sources[2].revents != 0, !Self.drain(error.read, into: &errorBytes, limit) {
          error.closeRead()
        }
        if sources[3].revents != 0 { feed(&rest) }
        guard sources[0].revents != 0 else { continue }
        var end = process_tree_end()
        let size = MemoryLayout<process_tree_end>.size
        let count = withUnsafeMutableBytes(of: &end) {
          Foundation.read(report, $0.baseAddress, size)
        }
        if count < 0, errno == EINTR { continue }
        // What was printed before the end is in the pipes; a process that left the group may hold
        // them for ever.
        _ = Self.drain(output.read, into: &outputBytes, limit)
        _ = Self.drain(error.read, into: &errorBytes, limit)
        return count == size ? end : nil
      }
    }

    /// A command that reads nothing closes its end early.
    private mutating func feed(_ rest: inout ArraySlice<UInt8>) {
      let count = rest.withUnsafeBytes { Foundation.write(input.write, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) }
      let isOver = count < 0 && errno != EAGAIN && errno != EINTR
      if rest.isEmpty || isOver { input.closeWrite() }
    }

    /// Reads what is there; bytes over the limit are dropped.
    ///
    /// - Returns: false at the end.
    private static func drain(_ descriptor: Int32, into bytes: inout [UInt8], _ limit: Int) -> Bool
    {
      guard descriptor >= 0 else { return false }
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      // A command that prints without end must not keep this loop from its other work.
      for _ in 0..<64 {
        let count = piece.withUnsafeMutableBytes {
          Foundation.read(descriptor, $0.baseAddress, $0.count)
        }
        if count == 0 { return false }
        if count < 0 {
          if errno == EINTR { continue }
          return errno == EAGAIN
        }
        bytes += piece.prefix(count).prefix(max(0, limit - bytes.count))
      }
      return true
    }
  }
}
