#if os(macOS) || os(Linux)
  import Foundation
  import Testing

  /// The program that tests start as a process of its own.
  enum Helper {
    struct Missing: Error {}

    /// Built beside the tests.
    static func url() throws -> URL {
      let bundles = Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
      for path in CommandLine.arguments.prefix(1) + bundles {
        let url = URL(fileURLWithPath: path).deletingLastPathComponent()
          .appendingPathComponent("BackofficeCrashWriter")
        if FileManager.default.isExecutableFile(atPath: url.path) { return url }
      }
      throw Missing()
    }

    /// Starts it; what it says comes through the pipe.
    static func start(
      _ arguments: [String], input: Pipe? = nil
    ) throws -> (Process, FileHandle) {
      let process = Process()
      let output = Pipe()
      process.executableURL = try url()
      process.arguments = arguments
      process.standardOutput = output
      if let input { process.standardInput = input }
      try process.run()
      return (process, output.fileHandleForReading)
    }
  }
#endif
