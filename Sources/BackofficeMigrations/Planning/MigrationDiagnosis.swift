/// The state of a database with respect to a program's migrations.
public struct MigrationDiagnosis: Sendable, Hashable {
  /// The position of a database relative to a pack.
  public enum Position: Sendable, Hashable {
    /// All migrations are applied and unchanged.
    case current
    /// Some migrations are pending.
    case behind
    /// The database has later migrations than the program.
    case ahead
    /// The database and the program differ after `lastCommon`; nil if they have no migration in
    /// common.
    case diverged(lastCommon: MigrationID?)
  }

  /// The state of a pack.
  public struct Pack: Sendable, Hashable {
    /// The name of the pack.
    public let name: String
    /// The position of the database.
    public let position: Position
    /// The status of each migration, repeatable ones last.
    public let migrations: [MigrationStatus]

    /// Returns the migrations in a state.
    public func ids(_ state: MigrationStatus.State) -> [MigrationID] {
      migrations.filter { $0.state == state }.map(\.id)
    }
  }

  /// The fingerprints of the recorded and the actual schema.
  public struct Drift: Sendable, Hashable {
    /// The fingerprint in the ledger; nil if the database has tables but no ledger.
    public let recorded: String?
    /// The fingerprint of the actual schema.
    public let found: String
  }

  /// The packs of the program, in order.
  public let packs: [Pack]
  /// The reasons why a run would be rejected.
  public let problems: [MigrationError]
  /// The errors of pending migrations whose scripts are not valid.
  public let broken: [MigrationError]
  /// The difference if the schema was changed other than by migrations; nil if it was not, or if no
  /// fingerprint was recorded.
  public let drift: Drift?

  /// Whether nothing is pending and there are no problems.
  public var isCurrent: Bool {
    problems.isEmpty && drift == nil && packs.allSatisfy { $0.position == .current }
  }
}

extension Migrator {
  /// Returns the state of a database: its position, problems and drift.
  ///
  /// It changes nothing, does not create a ledger, and works on a read-only connection. Pending
  /// scripts are validated but not run; ``verify()`` and ``dryRun(_:progress:)`` run them.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  /// - Complexity: one read of the ledger, and one of the schema.
  public func diagnose(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> MigrationDiagnosis {
    try diagnose(maintenance.connection)
  }

  /// Returns the state of an open database: its position, problems and drift.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  public func diagnose(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> MigrationDiagnosis {
    try diagnose(transaction.connection)
  }

  /// Returns the reasons why a run would be rejected, and the errors of pending scripts.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  public func validate(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> [MigrationError] {
    let entries = try MigrationLedger(maintenance.connection).entries()
    let other = try otherToolProblem(maintenance.connection, entries)
    return problems(entries) + (other.map { [$0] } ?? []) + broken(surveys(entries))
  }

  private func diagnose(_ connection: Connection) throws -> MigrationDiagnosis {
    let entries = try MigrationLedger(connection).entries()
    let surveys = surveys(entries)
    let other = try otherToolProblem(connection, entries)
    return MigrationDiagnosis(
      packs: surveys.map { survey in
        MigrationDiagnosis.Pack(
          name: survey.pack.name, position: survey.position,
          migrations: survey.lines.map { MigrationStatus($0) })
      }, problems: problems(entries) + (other.map { [$0] } ?? []), broken: broken(surveys),
      drift: other == nil ? try drift(connection, entries) : nil)
  }

  private func drift(
    _ connection: Connection, _ entries: [MigrationLedger.Entry]
  ) throws -> MigrationDiagnosis.Drift? {
    guard let last = entries.last else {
      // Without a ledger, any table is drift.
      guard try !SchemaReader(connection).read().isEmpty else { return nil }
      return MigrationDiagnosis.Drift(
        recorded: nil, found: try SchemaReader(connection).fingerprint())
    }
    guard let recorded = last.schemaAfter, SchemaFingerprint(recorded)?.isCurrent == true else {
      return nil
    }
    let found = try SchemaReader(connection).fingerprint()
    return recorded == found ? nil : MigrationDiagnosis.Drift(recorded: recorded, found: found)
  }

  private func broken(_ surveys: [PackSurvey]) -> [MigrationError] {
    var broken: [MigrationError] = []
    for survey in surveys {
      for line in survey.lines where line.state == .pending || line.state == .outOfOrder {
        guard let migration = line.migration else { continue }
        do {
          try survey.pack.validateTexts(of: migration, unwrapping: options.unwrapsTransactions)
        } catch {
          broken.append(error)
        }
      }
    }
    return broken
  }
}

extension PackSurvey {
  /// The position of the database relative to the pack.
  var position: MigrationDiagnosis.Position {
    let states = Set(lines.lazy.filter { !$0.isRepeatable }.map(\.state))
    let isBehind = lines.contains { $0.state == .pending } || states.contains(.outOfOrder)
    if states.contains(.edited) || states.contains(.missing) || states.contains(.outOfOrder) {
      return .diverged(lastCommon: lastCommon)
    }
    if states.contains(.ahead) { return isBehind ? .diverged(lastCommon: lastCommon) : .ahead }
    return isBehind ? .behind : .current
  }
}
