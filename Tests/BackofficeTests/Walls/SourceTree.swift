import Foundation

/// The sources of this package by folder, and the tables by the migration that makes them.
struct SourceTree {
  static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A folder and what is in it.
  struct Folder {
    let name: String
    let files: [SourceText]

    /// The Swift files below a folder, those in folders that are left out excepted.
    init(_ path: String, named name: String, leavingOut: Set<String> = []) throws {
      self.name = name
      let root = SourceTree.package.appending(path: path)
      files = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter {
        $0.hasSuffix(".swift")
          && !leavingOut.contains(String($0.split(separator: "/").first ?? ""))
      }.map { file in
        SourceText(try String(contentsOf: root.appending(path: file), encoding: .utf8))
      }
    }

    var declarations: Set<String> { files.reduce(into: []) { $0.formUnion($1.declarations()) } }
    var uses: Set<String> { files.reduce(into: []) { $0.formUnion($1.uses()) } }
    var wordsOfSQL: Set<String> { files.reduce(into: []) { $0.formUnion($1.wordsOfSQL()) } }
    var imports: Set<String> { files.reduce(into: []) { $0.formUnion($1.imports()) } }
  }

  /// The folders of a target.
  static func folders(of target: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(
      at: package.appending(path: "Sources/\(target)"),
      includingPropertiesForKeys: [.isDirectoryKey]
    ).filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
      .map(\.lastPathComponent).filter { !$0.hasSuffix(".docc") && $0 != "Schema" }.sorted()
  }

  /// The tables that a pack's migrations make, by the name of the step.
  static func tables(of pack: String) throws -> [String: Set<String>] {
    let root = package.appending(path: "Schema/\(pack)")
    var tables: [String: Set<String>] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: root.path)
    where file.hasSuffix(".sql") && !file.hasSuffix(".down.sql") {
      let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
      let step = file.drop { $0 != "_" }.dropFirst().prefix { $0 != "." }
      for line in text.split(separator: "\n") {
        let words = line.split(separator: " ").map(String.init)
        guard words.first == "CREATE", let place = words.firstIndex(of: "TABLE"), place <= 2 else {
          continue
        }
        tables[String(step), default: []].insert(words[place + 1])
      }
    }
    return tables
  }
}
