/// The identity of a migration; its description is the pack and the file.
public struct MigrationID: Sendable {
  /// The name of the pack.
  public let pack: String
  /// The version; ``MigrationVersion/zero`` for a repeatable migration, which its name identifies.
  public let version: MigrationVersion
  /// The name of the migration.
  public let name: String
  /// The name of the up file in its folder.
  ///
  /// For messages only; it is not part of the identity.
  public let file: String

  /// Creates the ID of a migration.
  ///
  /// - Parameters:
  ///   - pack: the name of the pack.
  ///   - version: the version.
  ///   - name: the name of the migration.
  ///   - file: the name of its file; nil for the library's own form.
  public init(pack: String, version: MigrationVersion, name: String, file: String? = nil) {
    self.pack = pack
    self.version = version
    self.name = name
    self.file =
      file ?? MigrationFileName(version: version, name: name, direction: .up).description
  }
}

extension MigrationID: Hashable {
  /// Whether both identify the same migration.
  public static func == (left: MigrationID, right: MigrationID) -> Bool {
    left.version == right.version && left.name == right.name && left.pack == right.pack
  }

  /// Hashes the pack, version and name.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(pack)
    hasher.combine(version)
    hasher.combine(name)
  }
}

extension MigrationID: CustomStringConvertible {
  /// The pack and the file, such as `core/v0003_customers.sql`.
  public var description: String { "\(pack)/\(file)" }
}
