import Foundation
import Testing

@Suite("Sizes of files, folders and types")
struct SizeTests {
  /// Types that are extended in more files: each repository adds a property to this one.
  private static let exceptions: Set = ["RepositoryProvider"]

  /// The files that a test generates from the SQL files.
  private static let generated: Set = [
    "BackofficeQueue/Schema/QueueSchema.swift", "Backoffice/Schema/OfficeSchema.swift",
    "BackofficeAnalytics/Schema/AnalyticsSchema.swift",
  ]

  /// The Swift files under Sources, without the generated ones.
  private static func files() throws -> [(path: String, text: String)] {
    let root = SourceTree.package.appending(path: "Sources")
    return try FileManager.default.subpathsOfDirectory(atPath: root.path)
      .filter { $0.hasSuffix(".swift") && !generated.contains($0) }
      .map { ($0, try String(contentsOf: root.appending(path: $0), encoding: .utf8)) }
  }

  @Test("No file has more than 300 lines")
  func files() throws {
    let files = try Self.files()
    #expect(files.count > 500)
    let long = files.filter { $0.text.count { $0 == "\n" } > 300 }.map(\.path)
    #expect(long == [])
  }

  @Test("No folder has more than 25 files")
  func folders() throws {
    let folders = Dictionary(grouping: try Self.files()) { file in
      file.path.split(separator: "/").dropLast().joined(separator: "/")
    }
    let large = folders.filter { $0.value.count > 25 }.keys
    #expect(large.isEmpty)
  }

  @Test("No type is extended in more than 15 files, except the transactions")
  func extensions() throws {
    var files: [Substring: Set<String>] = [:]
    for (path, text) in try Self.files() {
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ", maxSplits: 3)
        guard let place = words.firstIndex(of: "extension"), place < 2, place + 1 < words.count
        else { continue }
        let name = words[place + 1].prefix { $0.isLetter || $0.isNumber || $0 == "." }
        files[name, default: []].insert(path)
      }
    }
    #expect(files["Connection"]?.isEmpty == false)
    let large = files.filter { $0.value.count > 15 && !$0.key.hasSuffix("Transaction") }
    #expect(Set(large.keys.map(String.init)).subtracting(Self.exceptions) == [])
  }
}
