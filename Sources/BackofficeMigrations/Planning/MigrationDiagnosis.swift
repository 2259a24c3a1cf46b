/// Everything that can be said about a file and a program's migrations without changing either.
public struct MigrationDiagnosis: Sendable, Hashable {
  /// Where a file stands on the line of a pack.
  public enum Position: Sendable, Hashable {
    /// It has every migration, as the program knows it.
    case current
    /// It lacks some, and has the others.
    case behind
    /// It has later ones than the program knows.
    case ahead
    /// It and the program went on from `lastCommon` in ways of their own; nil when they have nothing
    /// in common.
    case diverged(lastCommon: MigrationID?)
  }

  /// One pack.
  public struct Pack: Sendable, Hashable {
    /// The pack's name.
    public let name: String
    /// Where the file stands.
    public let position: Position
    /// How it stands to each migration, repeatable ones last.
    public let migrations: [MigrationStatus]

    /// The migrations of one state.
    public func ids(_ state: MigrationStatus.State) -> [MigrationID] {
      migrations.filter { $0.state == state }.map(\.id)
    }
  }

  /// The schema that the last migration left, and the one that is there.
  public struct Drift: Sendable, Hashable {
    /// The fingerprint in the ledger; nil when the file has tables and no ledger.
    public let recorded: String?
    /// The fingerprint of the schema as it is.
    public let found: String
  }

  /// The packs of the program, in their order.
  public let packs: [Pack]
  /// Why a run would be refused; empty when it would begin.
  public let problems: [MigrationError]
  /// Pending migrations whose text cannot run, each with the reason.
  public let broken: [MigrationError]
  /// That the schema was changed by another hand than the migrations; nil when it was not, or when
  /// nothing was noted to compare with.
  public let drift: Drift?

  /// Whether nothing is due, and nothing is wrong.
  public var isCurrent: Bool {
    problems.isEmpty && drift == nil && packs.allSatisfy { $0.position == .current }
  }
}

extension Migrator {
  /// Says where a file stands, what is due, what is wrong, and whether its schema has drifted.
  ///
  /// Changes nothing, makes no ledger, and also serves a connection that may only read. Texts that
  /// are pending are looked into as far as that goes without running them; ``verify()`` and
  /// ``dryRun(_:progress:)`` run them.
  ///
  /// - Throws: ``MigrationError/foreignLedger(columns:)``, `SQLiteError`.
  /// - Complexity: one read of the ledger, and one of the schema.
  public func diagnose(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> MigrationDiagnosis {
    try diagnose(maintenance.connection)
  }

  /// Says where an open store stands, as for a connection.
  ///
  /// - Throws: as for a connection.
  public func diagnose(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> MigrationDiagnosis {
    try diagnose(transaction.connection)
  }

  /// Every reason why a run would be refused, and every pending text that cannot run; none when all
  /// is well.
  ///
  /// - Throws: as ``diagnose(_:)-(MaintenanceConnection)``.
  public func validate(
    _ maintenance: borrowing MaintenanceConnection
  ) throws -> [MigrationError] {
    let entries = try maintenance.connection.migrationLedger()
    return problems(entries) + broken(surveys(entries))
  }

  private func diagnose(_ connection: Connection) throws -> MigrationDiagnosis {
    let entries = try connection.migrationLedger()
    let surveys = surveys(entries)
    return MigrationDiagnosis(
      packs: surveys.map { survey in
        MigrationDiagnosis.Pack(
          name: survey.pack.name, position: survey.position,
          migrations: survey.lines.map { MigrationStatus($0) })
      }, problems: problems(entries), broken: broken(surveys),
      drift: try drift(connection, entries))
  }

  private func drift(
    _ connection: Connection, _ entries: [MigrationLedger.Entry]
  ) throws -> MigrationDiagnosis.Drift? {
    guard let last = entries.last else {
      // Tables that no migration made, as far as the file can tell.
      guard try !connection.databaseSchema().isEmpty else { return nil }
      return MigrationDiagnosis.Drift(recorded: nil, found: try connection.schemaFingerprint())
    }
    guard let recorded = last.schemaAfter, SchemaFingerprint(recorded)?.isCurrent == true else {
      return nil
    }
    let found = try connection.schemaFingerprint()
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
  /// Where the file stands on the line of the pack.
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
