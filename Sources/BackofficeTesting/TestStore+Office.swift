public import Backoffice

extension TestStore {
  /// Opens a whole office.
  ///
  /// - Parameters: as ``init(packs:startingAt:seed:location:configure:)``.
  /// - Throws: what opening a store and `configure` throw.
  public init(
    startingAt start: Timestamp = TestStore.monday, seed: UInt64 = 1,
    location: Database.Location = .memory,
    configure: (inout BackofficeStore.Configuration) throws -> Void = { _ in }
  ) throws {
    try self.init(
      packs: [OfficePack()], startingAt: start, seed: seed, location: location,
      configure: configure)
  }
}
