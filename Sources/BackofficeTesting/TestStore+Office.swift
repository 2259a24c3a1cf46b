public import Backoffice

extension TestStore {
  /// Opens a store with the office pack.
  ///
  /// - Parameters: as ``init(packs:startingAt:seed:location:configure:)``.
  /// - Throws: the errors of opening a store and of `configure`.
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
