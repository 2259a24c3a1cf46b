import Backoffice
import Foundation
import Synchronization

/// A command that is run for each item.
struct ItemCommand: Sendable {
  private let arguments: [String]

  init(_ arguments: [String]) { self.arguments = arguments }

  /// The exit status for a failure that must not be retried.
  private static let badData: Int32 = 65
  /// The exit status for an attempt that must be made later.
  private static let notNow: Int32 = 75

  /// Runs the command once.
  ///
  /// - Throws: the outcome of the attempt, unless the command exits with 0.
  func run(_ context: JobContext) async throws -> JSONText? {
    let ended = try await Self.start(arguments, context)
    if Task.isCancelled { throw CancellationError() }
    let complaint = ended.error.split(separator: "\n").last.map(String.init) ?? ""
    switch ended.status {
    case 0: return try Self.result(ended.output)
    case Self.badData:
      throw JobFailure.discard(reason: complaint.isEmpty ? "exit 65" : complaint, code: "exit 65")
    case Self.notNow: throw JobRequest.snooze(for: .seconds(60))
    default:
      throw ItemFailure(
        code: "exit \(ended.status)",
        message: complaint.isEmpty ? "the command exited with \(ended.status)" : complaint)
    }
  }

  private static func result(_ output: String) throws -> JSONText? {
    let text = output.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { return nil }
    if text.utf8.count <= WorkQueue.largestDocument, let document = try? JSONText(text) {
      return document
    }
    // A text of this length is accepted as a result, also after escaping.
    let start = String(decoding: text.utf8.prefix(WorkQueue.largestDocument / 8), as: UTF8.self)
    return try JSONText(encoding: ["output": start])
  }

  private struct Ended: Sendable {
    let status: Int32
    let output: String
    let error: String
  }

  /// The most bytes of each output that are kept.
  private static let limit = 1 << 20

  private static func start(_ arguments: [String], _ context: JobContext) async throws -> Ended {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["BACKOFFICE_ITEM"] = "\(context.item.id)"
    environment["BACKOFFICE_KIND"] = context.item.kind
    environment["BACKOFFICE_QUEUE"] = context.item.queue
    environment["BACKOFFICE_ATTEMPT"] = "\(context.attempt)"
    process.environment = environment
    let (input, output, error) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, error)
    let payload = Data(context.item.payload.text.utf8)
    let running = Running(process)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // Outside of the cooperative pool, because reading and waiting block.
        DispatchQueue.global().async {
          continuation.resume(
            with: Result {
              try running.start()
              let complaint = Gathered(error.fileHandleForReading, limit)
              // A command that reads nothing closes the pipe early.
              try? input.fileHandleForWriting.write(contentsOf: payload)
              try? input.fileHandleForWriting.close()
              let said = Gathered(output.fileHandleForReading, limit)
              let status = running.wait()
              return Ended(status: status, output: said.text, error: complaint.text)
            })
        }
      }
    } onCancel: {
      running.stop()
    }
  }
}

/// A process that can be stopped from another thread.
private final class Running: @unchecked Sendable {
  private let process: Process
  private let isStopped = Mutex(false)

  init(_ process: Process) { self.process = process }

  func start() throws {
    if isStopped.withLock({ $0 }) { throw CancellationError() }
    try process.run()
    if isStopped.withLock({ $0 }) { process.terminate() }
  }

  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .uncaughtSignal
      ? 128 + process.terminationStatus : process.terminationStatus
  }

  /// Asks it to end, and kills it after five seconds.
  func stop() {
    isStopped.withLock { $0 = true }
    guard process.isRunning else { return }
    process.terminate()
    DispatchQueue.global().asyncAfter(deadline: .now() + 5) { [self] in
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
  }
}

/// The bytes of a pipe, read on a separate thread so that a full pipe does not block the writer.
private final class Gathered: Sendable {
  private let data = Mutex(Data())
  private let done = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle, _ limit: Int) {
    let thread = Thread { [self] in
      while case let part = handle.availableData, !part.isEmpty {
        data.withLock { if $0.count < limit { $0 += part.prefix(limit - $0.count) } }
      }
      done.signal()
    }
    thread.start()
  }

  var text: String {
    // A child process of the command may keep the pipe open.
    _ = done.wait(timeout: .now() + 2)
    done.signal()
    return data.withLock { String(decoding: $0, as: UTF8.self) }
  }
}
