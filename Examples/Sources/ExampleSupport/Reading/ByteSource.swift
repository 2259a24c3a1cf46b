import Foundation

/// The bytes of a table, read in pieces, so that memory does not grow with the table.
package struct ByteSource {
  /// The next piece, or nil at the end.
  let next: () throws -> [UInt8]?

  /// Pieces that `next` returns.
  package init(next: @escaping () throws -> [UInt8]?) { self.next = next }

  /// Bytes that are already in memory, such as those embedded in the program.
  package init(_ bytes: [UInt8]) {
    var rest: [UInt8]? = bytes
    next = {
      defer { rest = nil }
      return rest
    }
  }

  /// A file, read in pieces; `-` is standard input.
  ///
  /// - Throws: ``ReadingError/cannotRead(path:reason:)``.
  package init(path: String, pieceSize: Int = 1 << 16) throws {
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else {
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw ReadingError.cannotRead(path: path, reason: "there is no such file")
      }
      guard !isDirectory.boolValue else {
        throw ReadingError.cannotRead(path: path, reason: "it is a folder")
      }
      guard let opened = FileHandle(forReadingAtPath: path) else {
        throw ReadingError.cannotRead(path: path, reason: "check its permissions")
      }
      handle = opened
    }
    next = {
      do {
        guard let data = try handle.read(upToCount: pieceSize), !data.isEmpty else { return nil }
        return [UInt8](data)
      } catch {
        throw ReadingError.cannotRead(path: path, reason: error.localizedDescription)
      }
    }
  }
}

/// Why a file as a whole could not be read; a single bad line is a ``SkippedLine`` instead.
package enum ReadingError: Error, Hashable, CustomStringConvertible {
  case cannotRead(path: String, reason: String)
  case empty
  case missingColumns([String], found: [String])

  package var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path) cannot be read: \(reason)"
    case .empty:
      "the file is empty: its first line must name the columns"
    case .missingColumns(let missing, let found):
      "the first line lacks \(missing.map { "'\($0)'" }.joined(separator: ", ")); "
        + "it contains \(found.joined(separator: ", "))"
    }
  }
}

/// A skipped line and the reason.
package struct SkippedLine: Hashable, Codable, Sendable, CustomStringConvertible {
  package let line: Int
  package let reason: String

  package init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }

  package var description: String { "line \(line): \(reason)" }
}

/// Thrown while a line is parsed: the line is skipped with this reason, and reading continues.
package struct LineProblem: Error, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
