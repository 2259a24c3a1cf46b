import CProcessTree
import Dispatch
import Foundation
import Synchronization

/// Ends a command and all processes that it started, from any thread.
final class ProcessControl: Sendable {
  private enum State {
    case ready
    case stopped
    case running(Int32)
    case ended
  }

  private let state = Mutex(State.ready)

  /// Asks the group to end (SIGTERM), and kills it after a time.
  func terminate(killAfter delay: DispatchTimeInterval) {
    send(PROCESS_TREE_TERMINATE)
    DispatchQueue.global().asyncAfter(deadline: .now() + delay) { [weak self] in self?.kill() }
  }

  /// Kills the group.
  func kill() { send(PROCESS_TREE_KILL) }

  private func send(_ order: Int) {
    state.withLock { state in
      switch state {
      case .ready: state = .stopped
      case .running(let descriptor):
        var byte = UInt8(truncatingIfNeeded: order)
        _ = write(descriptor, &byte, 1)
      case .stopped, .ended: break
      }
    }
  }

  /// - Returns: false if the command must not start.
  fileprivate func start(_ body: () throws -> Int32) throws -> Bool {
    try state.withLock { state in
      guard case .ready = state else { return false }
      state = .running(try body())
      return true
    }
  }

  /// Closing the control kills what is left.
  fileprivate func end() {
    state.withLock { state in
      if case .running(let descriptor) = state { close(descriptor) }
      state = .ended
    }
  }
}

/// A command that is started, watched and ended as one with all processes that it starts.
///
/// The command has a process group of its own. When it has ended, what it left behind in the group
/// is killed, so that a forgotten process neither holds its output nor outlives the attempt. When
/// this process ends, even by SIGKILL, the group is killed too. A process that leaves the group
/// (`setsid`) is on its own.
struct ProcessTree {
  /// How a command ended, and the beginning of what it printed.
  struct Ended: Sendable {
    /// Its exit status, or 128 and the signal.
    let status: Int32
    let output: [UInt8]
    let error: [UInt8]
  }

  /// Thrown when a command cannot be started.
  struct CannotStart: Error, CustomStringConvertible {
    let command: String
    let code: Int32

    var description: String {
      "\(command) could not be started: \(String(cString: strerror(code)))"
    }
  }

  let arguments: [String]
  let environment: [String: String]
  /// What the command reads.
  let input: [UInt8]
  /// The most bytes of each output that are kept.
  var limit = 1 << 20

  /// Runs the command on a thread of its own, because that blocks.
  ///
  /// - Throws: ``CannotStart``, and `CancellationError` if it was stopped before it began.
  func run(_ control: ProcessControl) async throws -> Ended {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread {
        continuation.resume(with: Result { try runBlocking(control) })
      }
      thread.start()
    }
  }

  private func runBlocking(_ control: ProcessControl) throws -> Ended {
    var pipes = Pipes()
    defer { pipes.close() }
    try pipes.open(command: arguments.first ?? "")
    var tree = process_tree()
    let isStarted = try control.start {
      let code = withCStrings(arguments) { arguments in
        withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
          process_tree_start(
            &tree, arguments, environment, pipes.input.read, pipes.output.write, pipes.error.write)
        }
      }
      guard code == 0 else { throw CannotStart(command: arguments.first ?? "", code: code) }
      return tree.control
    }
    guard isStarted else { throw CancellationError() }
    defer {
      control.end()
      close(tree.report)
      var status: Int32 = 0
      while waitpid(tree.guard, &status, 0) < 0, errno == EINTR {}
    }
    pipes.closeFarEnds()
    let end = pipes.attend(tree.report, input: input, limit: limit)
    guard let end else {
      // The guard was killed, and the command with it.
      return Ended(status: 128 + SIGKILL, output: pipes.outputBytes, error: pipes.errorBytes)
    }
    guard end.failure == 0 else {
      throw CannotStart(command: arguments.first ?? "", code: end.failure)
    }
    let signal = end.status & 0x7f
    return Ended(
      status: signal == 0 ? end.status >> 8 & 0xff : 128 + signal, output: pipes.outputBytes,
      error: pipes.errorBytes)
  }

  /// Calls a function with a C array of texts, ended by a null pointer.
  private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
  ) -> Result {
    let copies = texts.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return copies.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("the array has an element") }
      return body(base)
    }
  }
}
