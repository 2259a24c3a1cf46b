import ExampleSupport
import Foundation

/// Files that lie beside the package, outside of it: `../shared/data` from the project's root.
enum SharedData {
  /// The folder.
  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent()  // Support
    .deletingLastPathComponent()  // ExampleTests
    .deletingLastPathComponent()  // Tests
    .deletingLastPathComponent()  // Examples
    .deletingLastPathComponent()  // the project
    .deletingLastPathComponent()
    .appending(path: "shared/data")

  /// Whether the files are there; tests that need them are skipped where they are not.
  static let isThere = FileManager.default.fileExists(atPath: path("facts.json"))

  /// Why a test was skipped.
  static let missing = "../shared/data is not there, so its figures cannot be compared"

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  static func source(_ name: String) throws -> ByteSource { try ByteSource(path: path(name)) }

  /// A part of `facts.json`.
  static func facts<Facts: Decodable>(_ key: String, as type: Facts.Type) throws -> Facts {
    let data = try Data(contentsOf: folder.appending(path: "facts.json"))
    let all = try JSONDecoder().decode([String: Part<Facts>].self, from: data)
    guard let part = all[key]?.facts else { throw NoFacts(key: key) }
    return part
  }

  struct NoFacts: Error { let key: String }

  /// The other parts of the file have other shapes.
  private struct Part<Facts: Decodable>: Decodable {
    let facts: Facts?
    init(from decoder: any Decoder) throws { facts = try? Facts(from: decoder) }
  }
}
