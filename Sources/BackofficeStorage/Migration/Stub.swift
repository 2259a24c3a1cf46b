public struct MigrationPack: Sendable {
  public let name: String
  public let scripts: [String]
  public init(name: String, scripts: [String]) { self.name = name; self.scripts = scripts }
}
public struct Migrator: Sendable {
  let packs: [MigrationPack]
  public init(_ packs: [MigrationPack]) throws { self.packs = packs }
  public func up(_ maintenance: borrowing MaintenanceConnection) throws {
    for pack in packs { for script in pack.scripts { try maintenance.executeScript(script) } }
  }
}
