import Foundation

/// The few things that commands do with files of text.
enum TextFile {
  static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  /// Writes a file at once: it is there whole, or as it was.
  static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
  }

  static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
}
