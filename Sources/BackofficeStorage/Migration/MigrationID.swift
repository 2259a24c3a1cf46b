/// Which step of which pack; reads as the file it comes from.
public struct MigrationID: Sendable, Hashable {
  /// The pack's name.
  public let pack: String
  /// The step's number within the pack.
  public let version: Int
  /// What the step is about.
  public let name: String

  /// Names a step.
  public init(pack: String, version: Int, name: String) {
    self.pack = pack
    self.version = version
    self.name = name
  }
}

extension MigrationID: CustomStringConvertible {
  /// The file of the step, such as `core/v0003_customers.sql`.
  public var description: String { file(.up) }

  /// The file of one direction, such as `core/v0003_customers.down.sql`.
  func file(_ direction: MigrationStep.Direction) -> String {
    let name = MigrationFileName(version: version, name: name, direction: direction)
    return "\(pack)/\(name)"
  }
}
