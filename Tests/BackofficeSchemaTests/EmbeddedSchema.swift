import BackofficeStorage
import Foundation

/// The SQL files of a pack, and the Swift files that carry them in the binary.
struct EmbeddedSchema {
  /// What to type when the two differ.
  static let refresh =
    "BACKOFFICE_EMBED=1 swift test --filter BackofficeSchemaTests.EmbeddedSchemaTests"

  /// The folder `Schema` of this package.
  static let packageRoot = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Schema")

  /// The packs by their folder, with the type that holds each.
  static let types = ["Core": "CoreSchema"]

  /// The folder that holds a folder for each pack.
  let root: URL
  /// Files that no rule recognises, each with the reason.
  private(set) var strangers: [String] = []
  /// The steps in order, by folder.
  private(set) var migrations: [String: [Migration]] = [:]

  init(root: URL = packageRoot) throws {
    self.root = root
    var ups: [String: [MigrationFileName: String]] = [:]
    var downs: [String: [MigrationFileName: String]] = [:]
    for path in try files(withSuffix: ".sql") {
      let parts = path.split(separator: "/").map(String.init)
      guard parts.count == 2, Self.types[parts[0]] != nil else {
        strangers.append("\(path): SQL belongs into one of \(Self.types.keys.sorted())")
        continue
      }
      guard let name = MigrationFileName(parts[1]) else {
        strangers.append("\(path): no name of the form v0001_name.sql or v0001_name.down.sql")
        continue
      }
      let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
      if name.direction == .up {
        ups[parts[0], default: [:]][name] = text
      } else {
        downs[parts[0], default: [:]][name] = text
      }
    }
    for (folder, files) in ups {
      migrations[folder] = files.keys.sorted { $0.version < $1.version }.map { name in
        let down = downs[folder]?.first { $0.key.isOtherWay(of: name) }
        return Migration(
          version: name.version, name: name.name, up: files[name] ?? "", down: down?.value)
      }
    }
    for (folder, files) in downs {
      for name in files.keys where ups[folder]?.keys.contains(where: name.isOtherWay) != true {
        strangers.append("\(folder)/\(name): a way back without the file it leads back from")
      }
    }
  }

  /// The paths below `Schema` that end in `suffix`.
  func files(withSuffix suffix: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(suffix) }
      .sorted()
  }
}

extension MigrationFileName {
  func isOtherWay(of other: MigrationFileName) -> Bool {
    version == other.version && name == other.name && direction != other.direction
  }
}

extension EmbeddedSchema {
  /// The Swift files that the SQL files call for, by their path below `Schema`.
  func generated() throws -> [String: String] {
    var files: [String: String] = [:]
    for (folder, type) in Self.types {
      let steps = migrations[folder] ?? []
      files["Embedded/\(type)+Migrations.swift"] = Self.list(steps, in: type)
      let structure = try SchemaStructure(of: steps).sql
      files["Embedded/\(type)+Structure.swift"] = Self.source(structure, through: steps.last, type)
      for step in steps {
        files["Embedded/\(type)+\(Self.identifier(step, capital: true)).swift"] = Self.source(
          step, in: type, folder: folder)
      }
    }
    return files
  }

  /// Writes the Swift files, and removes those that no SQL file calls for.
  func write() throws {
    let wanted = try generated()
    for path in try files(withSuffix: ".swift")
    where path.hasPrefix("Embedded/") && wanted[path] == nil {
      try FileManager.default.removeItem(at: root.appending(path: path))
    }
    for (path, text) in wanted {
      try text.write(to: root.appending(path: path), atomically: true, encoding: .utf8)
    }
  }

  /// `v0003Customers`, or with a capital for a file's name.
  private static func identifier(_ step: Migration, capital: Bool = false) -> String {
    let digits = String(step.version)
    let padding = String(repeating: "0", count: max(0, 4 - digits.count))
    let words = step.name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
    return (capital ? "V" : "v") + padding + digits + words.joined()
  }

  private static func list(_ steps: [Migration], in type: String) -> String {
    """
    // Made from the .sql files; to make it again: \(refresh)
    // swift-format-ignore-file

    internal import BackofficeStorage

    extension \(type) {
      static let migrations: [Migration] = [
    \(steps.map { "    \(identifier($0))," }.joined(separator: "\n"))
      ]
    }

    """
  }

  private static func source(_ step: Migration, in type: String, folder: String) -> String {
    """
    // Made from the .sql files; to make it again: \(refresh)
    // swift-format-ignore-file

    internal import BackofficeStorage

    extension \(type) {
      static let \(identifier(step)) = Migration(
        version: \(step.version), name: "\(step.name)",
        embedded: \(literal(step.up)),
        down: \(step.down.map(literal) ?? "nil"),
        checksum: "\(step.checksum)")
    }

    """
  }

  private static func source(
    _ structure: String, through last: Migration?, _ type: String
  ) -> String {
    """
    // Made from the .sql files; to make it again: \(refresh)
    // swift-format-ignore-file

    internal import BackofficeStorage

    extension \(type) {
      static let structure = MigrationPack.Structure(
        through: \(last.map { String($0.version) } ?? "0"), sql: \(literal(structure)))
    }

    """
  }

  /// A raw literal with as many number signs as the text needs.
  private static func literal(_ text: String) -> String {
    var signs = "#"
    while text.contains("\"\"\"" + signs) || text.contains("\\" + signs) { signs += "#" }
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
  }
}
