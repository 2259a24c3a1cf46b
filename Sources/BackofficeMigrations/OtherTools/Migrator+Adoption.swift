extension Migrator {
  /// Returns what other migration tools recorded in a database.
  ///
  /// - Throws: `SQLiteError`.
  public func otherLedgers(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> [OtherLedger] {
    try OtherLedger.all(in: maintenance.connection)
  }

  /// Records the migrations of a pack that another tool has run, without running them.
  ///
  /// The table of that tool is read and not changed. A migration below the last one that it did not
  /// run is ``MigrationStatus/State/outOfOrder`` afterwards. The files are not compared with what
  /// the tool ran, except for a tool that records their digests as its only names.
  ///
  /// - Parameters:
  ///   - maintenance: the connection.
  ///   - name: the name of the pack.
  ///   - table: the table of the tool; nil if only one concerns the pack.
  ///
  /// - Returns: the recorded migrations.
  /// - Throws: ``MigrationError/notAdoptable(reason:)`` if there is no such record, if it contains
  ///   migrations that are unfinished or that the pack does not have;
  ///   ``MigrationError/baselineRefused(pack:)``, ``MigrationError/unknownPack(_:)``, and the errors
  ///   of ``repair(_:_:)``.
  @discardableResult
  public func adopt(
    _ maintenance: borrowing MaintenanceConnection, of name: String, from table: String? = nil
  ) throws -> [MigrationID] {
    let pack = try self.pack(name)
    let now = maintenance.clock.now()
    return try changeLedger(maintenance.connection) { ledger in
      let entries = try ledger.entries()
      guard !entries.contains(where: { $0.id.pack == name }) else {
        throw MigrationError.baselineRefused(pack: name)
      }
      let other = try otherLedger(ledger.connection, of: pack, from: table)
      if let first = other.unfinished.first {
        throw MigrationError.notAdoptable(
          reason: "\(other.tool) left \(first) half done (table \(other.table)); complete it there")
      }
      let (migrations, unknown) = other.matches(in: pack)
      guard unknown.isEmpty else {
        throw MigrationError.notAdoptable(
          reason: "\(other.tool) has run \(unknown.prefix(5).joined(separator: ", "))"
            + (unknown.count > 5 ? " and \(unknown.count - 5) more" : "")
            + ", which the folder does not have")
      }
      return try record(migrations, of: pack, as: .adopted, in: ledger, entries, at: now)
    }
  }

  private func otherLedger(
    _ connection: Connection, of pack: MigrationPack, from table: String?
  ) throws -> OtherLedger {
    let all = try OtherLedger.all(in: connection)
    if let table {
      guard let named = all.first(where: { $0.table.lowercased() == table.lowercased() }) else {
        throw MigrationError.notAdoptable(reason: "\(table) is not the table of a known tool")
      }
      return named
    }
    let used = all.filter { !$0.applied.isEmpty || !$0.unfinished.isEmpty }
    let own = used.filter { $0.concerns(pack) }
    let candidates = own.isEmpty ? used : own
    guard let first = candidates.first else {
      throw MigrationError.notAdoptable(reason: "the file has no record of a known tool")
    }
    guard candidates.count == 1 else {
      throw MigrationError.notAdoptable(
        reason: "the file has the records of several tools: "
          + "\(candidates.map(\.table).joined(separator: ", ")); name the table")
    }
    return first
  }

  /// Returns the error for a database on which another tool has run a folder of this migrator.
  func otherToolProblem(
    _ connection: Connection, _ entries: [MigrationLedger.Entry]
  ) throws -> MigrationError? {
    guard !options.ignoresOtherTools else { return nil }
    let packs = packs.filter { pack in
      pack.isFolder && !pack.migrations.isEmpty
        && !entries.contains { $0.id.pack == pack.name }
    }
    guard !packs.isEmpty else { return nil }
    let ledgers = try OtherLedger.all(in: connection)
    return ledgers.first { ledger in packs.contains { ledger.concerns($0) } }
      .map { .otherTool($0) }
  }

  /// Throws if another tool has run a folder of this migrator.
  func requireAdopted(
    _ connection: Connection, _ entries: [MigrationLedger.Entry]
  ) throws {
    if let problem = try otherToolProblem(connection, entries) { throw problem }
  }
}
