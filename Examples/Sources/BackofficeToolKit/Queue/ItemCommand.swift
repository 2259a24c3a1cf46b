import Backoffice
import Dispatch
import Foundation

/// A command that is run for each item.
struct ItemCommand: Sendable {
  private let arguments: [String]

  init(_ arguments: [String]) { self.arguments = arguments }

  /// The exit status for a failure that must not be retried.
  private static let badData: Int32 = 65
  /// The exit status for an attempt that must be made later.
  private static let notNow: Int32 = 75
  /// The seconds between SIGTERM and SIGKILL.
  static let patience = 5

  /// Runs the command once.
  ///
  /// When it returns, the command and what it started has ended; so the item is never handed back
  /// while its command still runs.
  ///
  /// - Throws: the outcome of the attempt, unless the command exits with 0.
  func run(_ context: JobContext) async throws -> JSONText? {
    let ended = try await start(context)
    if Task.isCancelled { throw CancellationError() }
    let complaint =
      String(decoding: ended.error, as: UTF8.self).split(whereSeparator: \.isNewline).last
      .map { String($0.prefix(1000)) } ?? ""
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

  private static func result(_ output: [UInt8]) throws -> JSONText? {
    let text = String(decoding: output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard !text.isEmpty else { return nil }
    if text.utf8.count <= WorkQueue.largestDocument, let document = try? JSONText(text) {
      return document
    }
    // A text of this length is accepted as a result, also after escaping.
    let start = String(decoding: text.utf8.prefix(WorkQueue.largestDocument / 8), as: UTF8.self)
    return try JSONText(encoding: ["output": start])
  }

  private func start(_ context: JobContext) async throws -> ProcessTree.Ended {
    var environment = ProcessInfo.processInfo.environment
    environment["BACKOFFICE_ITEM"] = "\(context.item.id)"
    environment["BACKOFFICE_KIND"] = context.item.kind
    environment["BACKOFFICE_QUEUE"] = context.item.queue
    environment["BACKOFFICE_ATTEMPT"] = "\(context.attempt)"
    let tree = ProcessTree(
      arguments: arguments, environment: environment, input: Array(context.item.payload.text.utf8))
    let control = ProcessControl()
    return try await withTaskCancellationHandler {
      try await tree.run(control)
    } onCancel: {
      switch context.stopReason {
      // The item already belongs to another attempt, or is about to.
      case .runLimit, .leaseLost: control.kill()
      default: control.terminate(killAfter: .seconds(Self.patience))
      }
    }
  }
}
