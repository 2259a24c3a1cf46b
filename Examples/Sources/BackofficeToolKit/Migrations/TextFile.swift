import Foundation

/// Text file operations of the commands.
enum TextFile {
  static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Writes a file atomically.
  static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }

  static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
}
