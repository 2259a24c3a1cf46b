import BackofficeMigrations
import Foundation

/// The SQL files of the packs, and the Swift files that embed them.
struct EmbeddedSchema {
  /// A pack, the folder of its SQL files, and the Swift file that embeds them.
  struct Pack: Hashable {
    let name: String
    let folder: String
    let target: String

    var type: String { "\(folder)Schema" }

    /// The path of its Swift file in the package.
    var path: String { "Sources/\(target)/Schema/\(type).swift" }
  }

  /// The command to run when the two differ.
  static let refresh =
    "BACKOFFICE_EMBED=1 swift test --filter SchemaTests.EmbeddedSchemaTests"

  static let package = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let packs = [
    Pack(name: "queue", folder: "Queue", target: "BackofficeQueue"),
    Pack(name: "office", folder: "Office", target: "Backoffice"),
    Pack(name: "analytics", folder: "Analytics", target: "BackofficeAnalytics"),
  ]

  /// The folder with a folder for each pack.
  let root: URL
  /// The invalid files, each with the reason.
  private(set) var strangers: [String] = []
  /// The steps in order, by folder.
  private(set) var migrations: [String: [Migration]] = [:]

  init(root: URL = package.appending(path: "Schema")) throws {
    self.root = root
    var ups: [String: [MigrationFileName: String]] = [:]
    var downs: [String: [MigrationFileName: String]] = [:]
    let folders = Self.packs.map(\.folder)
    for path in try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
    where path.hasSuffix(".sql") {
      let parts = path.split(separator: "/").map(String.init)
      guard parts.count == 2, folders.contains(parts[0]) else {
        strangers.append("\(path): SQL belongs into one of \(folders)")
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
        strangers.append("\(folder)/\(name): a down script without an up script")
      }
    }
  }
}

extension MigrationFileName {
  func isOtherWay(of other: MigrationFileName) -> Bool {
    version == other.version && name == other.name && direction != other.direction
  }
}

extension EmbeddedSchema {
  /// The Swift file for the SQL files of a pack.
  func generated(_ pack: Pack) -> String {
    let steps = (migrations[pack.folder] ?? []).map { step in
      """
            Migration(
              version: \(step.version), name: "\(step.name)",
              embedded: \(Self.literal(step.up)),
              down: \(step.down.map(Self.literal) ?? "nil"),
              checksum: "\(step.checksum)"),

      """
    }
    return """
      // Made from Schema/\(pack.folder); to make it again: \(Self.refresh)
      // swift-format-ignore-file

      package import BackofficeMigrations

      /// The tables of the pack `\(pack.name)`, as Schema/\(pack.folder) has them.
      package enum \(pack.type) {
        package static let migrations = MigrationPack(
          "\(pack.name)",
          trusted: [
      \(steps.joined())    ])
      }

      """
  }

  /// A raw literal with as many number signs as necessary.
  private static func literal(_ text: String) -> String {
    var signs = "#"
    while text.contains("\"\"\"" + signs) || text.contains("\\" + signs) { signs += "#" }
    return "\(signs)\"\"\"\n\(text)\n\"\"\"\(signs)"
  }
}
