extension BackofficeStore {
  /// What a migration leaves to Swift: a setting `rebuild.` and the name of a derived value.
  private static let pendingRebuilds = SQLStatement(pendingRebuildsText)

  private static let pendingRebuildsText = """
    SELECT substr(key, 9) FROM store_settings WHERE key >= 'rebuild.' AND key < 'rebuild/'
    ORDER BY key
    """

  /// The derived values that a migration left to Swift, as the opening connection sees them: another
  /// one would have to read the whole schema again.
  static func pendingRebuilds(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> Set<String> {
    Set(try maintenance.firstColumn(pendingRebuildsText))
  }

  private static let forgetRebuild = SQLStatement(
    "DELETE FROM store_settings WHERE key = 'rebuild.' || ?")

  /// Creates the schedules of packs that the file does not have yet.
  func createSchedules() throws {
    try schedules.createMissing(packs.all.flatMap { try $0.schedules })
  }

  /// Computes the derived values that a migration could not fill in SQL, in one transaction.
  ///
  /// A value of a pack that this program does not have is left to a program that has it.
  func rebuildWhatMigrationsLeft(_ pending: Set<String>) throws {
    guard rules.derivedValues.contains(where: { pending.contains($0.name) }) else { return }
    try write(reason: "rebuild") { transaction in
      // Another process may have been faster.
      let pending = Set(
        try transaction.fetchAll(Self.pendingRebuilds) { row in
          try row.value(at: 0, as: String.self)
        })
      for value in rules.derivedValues where pending.contains(value.name) {
        try transaction.runCommitTriggers()
        _ = try value.rebuild(in: transaction)
        try transaction.execute(Self.forgetRebuild, value.name)
      }
    }
  }
}
