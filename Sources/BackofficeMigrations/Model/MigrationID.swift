/// Which migration of which pack; reads as the file it comes from.
public struct MigrationID: Sendable {
  /// The pack's name.
  public let pack: String
  /// The number within the pack; ``MigrationVersion/zero`` for a repeatable migration, which is
  /// known by its name.
  public let version: MigrationVersion
  /// What the migration is about.
  public let name: String
  /// The name of the file that brings it in, as it lies in its folder.
  ///
  /// For messages; the names of the files do not make two ids different.
  public let file: String

  /// Names a migration; without a file, the library's own form of name is shown.
  public init(pack: String, version: MigrationVersion, name: String, file: String? = nil) {
    self.pack = pack
    self.version = version
    self.name = name
    self.file =
      file ?? MigrationFileName(version: version, name: name, direction: .up).description
  }
}

extension MigrationID: Hashable {
  /// Whether both name the same migration of the same pack.
  public static func == (left: MigrationID, right: MigrationID) -> Bool {
    left.version == right.version && left.name == right.name && left.pack == right.pack
  }

  /// Feeds what makes two ids equal.
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
