/// Applies, reverts and reapplies every migration on a scratch database, and compares the results.
///
/// It is used by a single call.
final class MigrationVerification {
  /// The schema and rows of a database.
  struct State {
    let schema: String
    let rows: RowDigest
  }

  private struct Step {
    let work: Migrator.Work
    let before: State
    let after: State
  }

  private let migrator: Migrator
  private let clock: StoreClock
  /// Creates a scratch database in the state before the first step.
  private let open: () throws -> Connection
  private var scratch: Connection
  private var steps: [Step] = []
  private var current: State
  private(set) var findings: [MigrationFinding] = []

  init(_ migrator: Migrator, clock: StoreClock, open: @escaping () throws -> Connection) throws {
    var quiet = migrator
    // Hooks may have side effects, so they do not run.
    quiet.options.hooks = Migrator.Hooks()
    quiet.options.grouping = .perMigration
    quiet.options.protectsOtherHands = false
    self.migrator = quiet
    self.clock = clock
    self.open = open
    scratch = try open()
    current = try Self.state(of: scratch)
  }

  /// The state after all migrations.
  var finalState: State { current }

  /// Verifies each step, and then all of them together.
  func run() throws {
    while let work = try migrator.dueUp(MigrationLedger(scratch).entries(), .next).first {
      guard try verify(work) else { return }
    }
    try verifyTogether()
  }

  // MARK: One step

  /// Applies, reverts and reapplies a step; returns false if later steps cannot be verified.
  private func verify(_ work: Migrator.Work) throws -> Bool {
    guard try attempt(work.step, { try apply(work) }) else { return false }
    let step = Step(work: work, before: current, after: try Self.state(of: scratch))
    current = step.after
    steps.append(step)
    if isEmpty(work.migration?.up, of: work) { report(.emptyUp, work.step) }
    guard let migration = work.migration, migration.isReversible else {
      if work.migration?.kind != .repeatable { report(.irreversible, work.step) }
      return true
    }
    let back = Self.downStep(of: work)
    guard !isEmpty(migration.down, of: work) || isEmpty(migration.up, of: work) else {
      report(.emptyDown, back)
      return true
    }
    // A failed down script is rolled back, so the next step can still be verified.
    guard try attempt(back, { try revert(work) }) else { return true }
    guard try !reportUnrestored(step, back) else {
      try startAgain()
      return true
    }
    guard try attempt(work.step, { try apply(work) }) else {
      try startAgain()
      return true
    }
    if try reportUnrepeated(step) { try startAgain() }
    return true
  }

  /// Reports what the down script did not restore; returns false if everything was restored.
  private func reportUnrestored(_ step: Step, _ back: MigrationStep) throws -> Bool {
    let restored = try Self.state(of: scratch)
    if let difference = try Self.difference(step.before, restored) {
      report(.notRestored(difference), back)
      return true
    }
    let lines = step.before.rows.changes(in: restored.rows)
    if !lines.isEmpty { report(.rowsNotRestored(lines), back) }
    return !lines.isEmpty
  }

  private func reportUnrepeated(_ step: Step) throws -> Bool {
    let again = try Self.state(of: scratch)
    // Values such as the current time differ; the next step begins with these.
    current = again
    if let difference = try Self.difference(step.after, again) {
      report(.notRepeatable(difference), step.work.step)
      return true
    }
    let lines = step.after.rows.countChanges(in: again.rows)
    if !lines.isEmpty { report(.rowsNotRepeatable(lines), step.work.step) }
    return !lines.isEmpty
  }

  // MARK: All together

  /// Reverts all steps that can be reverted, and applies them again.
  private func verifyTogether() throws {
    let unsound = Set(findings.filter { $0.problem != .emptyUp }.map(\.id))
    let chain = steps.reversed().prefix { step in
      step.work.migration?.isReversible == true && !unsound.contains(step.work.step.id)
    }
    guard chain.count > 1 else { return }
    for step in chain {
      let back = Self.downStep(of: step.work)
      guard try attempt(back, { try revert(step.work) }) else { return }
      guard try !reportUnrestored(step, back) else { return }
    }
    for step in chain.reversed() {
      guard try attempt(step.work.step, { try apply(step.work) }) else { return }
      guard try !reportUnrepeated(step) else { return }
    }
  }

  // MARK: Running

  private static func ignore(_ event: MigrationEvent) {}

  private func apply(_ work: Migrator.Work) throws {
    let maintenance = MaintenanceConnection(scratch, clock: clock)
    try migrator.run(maintenance, Self.ignore, plan: { _, done in done.isEmpty ? [work] : [] })
  }

  private func revert(_ work: Migrator.Work) throws {
    let maintenance = MaintenanceConnection(scratch, clock: clock)
    let pack = migrator.packs.first { $0.name == work.step.id.pack }
    try migrator.run(maintenance, Self.ignore) { entries, done in
      guard done.isEmpty, let entry = entries.last(where: { $0.id == work.step.id }) else {
        return []
      }
      return [try migrator.workDown(entry, pack)]
    }
  }

  /// Recreates the scratch database with the verified steps, after a step left it in a wrong state.
  private func startAgain() throws {
    scratch = try open()
    for step in steps { try apply(step.work) }
    // Not the state that was recorded before: rows may have other values this time.
    current = try Self.state(of: scratch)
  }

  /// Whether a script contains no statements.
  private func isEmpty(_ text: String?, of work: Migrator.Work) -> Bool {
    guard let text, work.migration?.code == nil else { return false }
    let script = try? MigrationScript(
      text, file: work.step.file, unwrapping: migrator.options.unwrapsTransactions)
    return script?.isEmpty ?? false
  }

  /// Runs a step; reports a failure and returns false.
  private func attempt(_ step: MigrationStep, _ body: () throws -> Void) throws -> Bool {
    do {
      try body()
      return true
    } catch let failure as MigrationFailure {
      if failure.cause is CancellationError { throw failure }
      guard let error = failure.cause as? MigrationError else {
        report(.throwsError("\(failure.cause)"), step)
        return false
      }
      report(.fails(error), step)
      return false
    }
  }

  private func report(_ problem: MigrationFinding.Problem, _ step: MigrationStep) {
    findings.append(MigrationFinding(id: step.id, file: step.description, problem: problem))
  }

  private static func downStep(of work: Migrator.Work) -> MigrationStep {
    MigrationStep(id: work.step.id, direction: .down, file: work.migration?.downFile)
  }
}

extension MigrationVerification {
  /// Reads the state of a database.
  static func state(of connection: Connection) throws -> State {
    State(schema: try SchemaReader(connection).dump(), rows: try RowDigest(of: connection))
  }

  /// Returns the difference between two schemas, or nil if they are equal.
  static func difference(_ before: State, _ after: State) throws -> SchemaDifference? {
    guard before.schema != after.schema else { return nil }
    let difference = try schema(of: before).difference(to: schema(of: after))
    return difference.isEmpty ? nil : difference
  }

  /// Parsed only if the texts differ, because reading the text is much cheaper.
  private static func schema(of state: State) throws -> DatabaseSchema {
    try Database.maintain(.memory) { maintenance in
      try maintenance.connection.acceptDoubleQuotedTexts(true)
      try maintenance.executeScript(state.schema)
      return try maintenance.schema()
    }
  }
}
