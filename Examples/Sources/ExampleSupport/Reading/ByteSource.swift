import Foundation

/// The bytes of a table, read in pieces, so that memory does not grow with the table.
package struct ByteSource {
  /// The next piece, or nil at the end.
  package let next: () throws -> [UInt8]?

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
    var isFirst = true
    next = {
      do {
        guard let data = try handle.read(upToCount: pieceSize), !data.isEmpty else { return nil }
        if isFirst, let encoding = ForeignEncoding(data) {
          throw ReadingError.encoded(path: path, encoding)
        }
        isFirst = false
        return [UInt8](data)
      } catch let error as ReadingError {
        throw error
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
  case columnTwice(String)
  case encoded(path: String, ForeignEncoding)

  package var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path) cannot be read: \(reason)"
    case .empty:
      "the file is empty: its first line must name the columns"
    case .missingColumns(let missing, let found):
      "the first line lacks \(missing.map { "'\($0)'" }.joined(separator: ", ")); "
        + "it contains \(found.joined(separator: ", "))"
        + missing.map { Suggestion.sentence(for: $0, in: found) }.joined()
    case .columnTwice(let name):
      "the first line has the column \(name.quoted) twice"
    case .encoded(let path, let encoding):
      "\(path) is \(encoding.name), not text in UTF-8; type: "
        + encoding.command(path == "-" ? "FILE" : path.shellWord)
    }
  }
}

/// Thrown while a line is parsed: the line is skipped with this reason, and reading continues.
package struct LineProblem: Error, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

/// What a file is that is no text in UTF-8, by its first bytes.
package enum ForeignEncoding: String, Hashable, Sendable {
  case gzip, bzip2, xz, zstandard, zip, utf16

  init?(_ data: Data) {
    let marks: [([UInt8], ForeignEncoding)] = [
      ([0x1f, 0x8b], .gzip), ([0x42, 0x5a, 0x68], .bzip2),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], .xz), ([0x28, 0xb5, 0x2f, 0xfd], .zstandard),
      ([0x50, 0x4b, 0x03, 0x04], .zip), ([0xff, 0xfe], .utf16), ([0xfe, 0xff], .utf16),
    ]
    guard let mark = marks.first(where: { data.starts(with: $0.0) }) else { return nil }
    self = mark.1
  }

  var name: String {
    switch self {
    case .gzip, .bzip2, .xz, .zstandard: "compressed with \(rawValue)"
    case .zip: "a ZIP archive"
    case .utf16: "text in UTF-16"
    }
  }

  /// A command that gives the text to the import.
  func command(_ file: String) -> String {
    switch self {
    case .gzip: "gzip -dc \(file) | backoffice … import -"
    case .bzip2: "bzip2 -dc \(file) | backoffice … import -"
    case .xz: "xz -dc \(file) | backoffice … import -"
    case .zstandard: "zstd -dc \(file) | backoffice … import -"
    case .zip: "unzip -p \(file) | backoffice … import -"
    case .utf16: "iconv -f UTF-16 -t UTF-8 \(file) | backoffice … import -"
    }
  }
}
