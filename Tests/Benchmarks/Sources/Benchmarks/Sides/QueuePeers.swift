import Foundation

/// Other durable queues on SQLite, each in one process of its own, by the script beside the
/// benchmarks.
///
/// They are packages of Python: `BENCHMARK_PYTHON` names an interpreter that has them, else
/// `python3` is asked. What is not installed is left out, and the row says so.
struct QueuePeers {
  static let known = ["litequeue", "huey", "persist-queue"]

  /// What a peer says of a run.
  struct Answer: Decodable {
    /// Nanoseconds an item, one at a time.
    let put: Double
    let take: Double
    /// The version, and what its file is told about durability.
    let settings: String
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let installed: [String]
  private let python: String

  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("peers/queues.py").path

  init() {
    python = ProcessInfo.processInfo.environment["BENCHMARK_PYTHON"] ?? "python3"
    let found = try? Self.run(python, ["--list"]).split(separator: "\n").map(String.init)
    installed = Self.known.filter { found?.contains($0) ?? false }
  }

  /// What is left out, in words; nil when nothing is.
  var missing: String? {
    let names = Self.known.filter { !installed.contains($0) }
    if names.isEmpty { return nil }
    return "not measured, since not installed: \(names.joined(separator: ", "))"
  }

  /// Puts `count` items into a new queue of a peer, and takes them out again.
  func measure(_ peer: String, count: Int, isFull: Bool, in folder: String) throws -> Answer {
    let place = "\(folder)/\(peer)-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    let output = try Self.run(python, [peer, place, "\(count)", isFull ? "full" : "normal"])
    return try JSONDecoder().decode(Answer.self, from: Data(output.utf8))
  }

  private static func run(_ python: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python, script] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(
        description: "peers/queues.py \(arguments.joined(separator: " ")) exited with "
          + "\(process.terminationStatus)")
    }
    return String(decoding: said, as: UTF8.self)
  }
}
