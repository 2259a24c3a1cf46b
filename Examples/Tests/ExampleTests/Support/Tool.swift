import Foundation
import Testing

/// The program `backoffice` as a process of its own, in a folder of its own.
final class Tool {
  /// What a run left.
  struct Ran {
    /// The exit status; 128 and the signal if one ended it.
    let status: Int32
    let wasKilled: Bool
    let output: String
    let error: String

    /// The output as a JSON object.
    func object() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }
  }

  struct Missing: Error {}

  let folder: URL
  let program: String

  init(_ program: String = "backoffice") throws {
    let bundles = Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
    let places = CommandLine.arguments.prefix(1) + bundles
    let found = places.map {
      URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(program).path
    }.first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let found else { throw Missing() }
    self.program = found
    folder = FileManager.default.temporaryDirectory.appending(path: "backoffice-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  /// Creates the store `o.sqlite`, which commands use without being told.
  @discardableResult
  func withStore() throws -> Tool {
    try #require(run("migrate", "up").status == 0)
    return self
  }

  @discardableResult
  func run(
    _ arguments: String..., input: Data? = nil, output: String? = nil,
    environment: [String: String] = [:], timeout: Double = 60
  ) throws -> Ran {
    try run(
      arguments, input: input, output: output, environment: environment, timeout: timeout)
  }

  /// Runs the program to its end; kills it after the timeout.
  func run(
    _ arguments: [String], input: Data? = nil, output: String? = nil,
    environment: [String: String] = [:], timeout: Double = 60
  ) throws -> Ran {
    let name = UUID().uuidString
    let child = try start(arguments, input: input, output: output, environment, name: name)
    let end = DispatchTime.now() + timeout
    DispatchQueue.global().asyncAfter(deadline: end) {
      if child.isRunning { kill(child.processIdentifier, SIGKILL) }
    }
    child.waitUntilExit()
    let wasKilled = child.terminationReason == .uncaughtSignal
    return Ran(
      status: wasKilled ? 128 + child.terminationStatus : child.terminationStatus,
      wasKilled: wasKilled, output: output == nil ? read("\(name).out") : "",
      error: read("\(name).err"))
  }

  /// Starts the program.
  func start(
    _ arguments: [String], input: Data? = nil, output: String? = nil,
    _ environment: [String: String] = [:], name: String = UUID().uuidString
  ) throws -> Process {
    func file(_ path: String) throws -> FileHandle {
      if !path.hasPrefix("/dev/") {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
      }
      return try #require(FileHandle(forWritingAtPath: path))
    }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var all = ProcessInfo.processInfo.environment
    all["BACKOFFICE_DATABASE"] = path("o.sqlite")
    all["COLUMNS"] = nil
    process.environment = all.merging(environment) { $1 }
    process.standardOutput = try file(output ?? path("\(name).out"))
    process.standardError = try file(path("\(name).err"))
    if let input {
      try input.write(to: folder.appending(path: "\(name).in"))
      process.standardInput = try FileHandle(
        forReadingFrom: folder.appending(path: "\(name).in"))
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    return process
  }

  func read(_ name: String) -> String {
    String(decoding: (try? Data(contentsOf: folder.appending(path: name))) ?? Data(), as: UTF8.self)
  }

  /// The files of the folder with their bytes; those of running the tool are left out.
  func files() throws -> [String: Data] {
    var files: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where ![".out", ".err", ".in"].contains(where: name.hasSuffix) {
      files[name] = try Data(contentsOf: folder.appending(path: name))
    }
    return files
  }

  /// Waits until something holds; the processes of others have no other sign.
  func waits(_ seconds: Double = 20, until isSo: () -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if isSo() { return true }
      _ = poll(nil, 0, 20)
    }
    return isSo()
  }
}

/// Whether a process runs; a zombie does not.
func isRunning(_ process: Int32) -> Bool {
  guard kill(process, 0) == 0 else { return false }
  let state = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
  return !state.contains(") Z ")
}
