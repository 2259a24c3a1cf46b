/// Takes every migration in, out and in again on a scratch database, and compares.
///
/// Belongs to the call that makes it.
final class MigrationVerification {
  /// What a database holds at one moment.
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
  /// Makes a scratch database as it was before the first step.
  private let open: () throws -> Connection
  private var scratch: Connection
  private var steps: [Step] = []
  private var current: State
  private(set) var findings: [MigrationFinding] = []

  init(_ migrator: Migrator, clock: StoreClock, open: @escaping () throws -> Connection) throws {
    var quiet = migrator
    // What a program does beside its migrations is not to be done for a trial.
    quiet.options.hooks = Migrator.Hooks()
    quiet.options.grouping = .eachAlone
    self.migrator = quiet
    self.clock = clock
    self.open = open
    scratch = try open()
    current = try Self.state(of: scratch)
  }

  /// What is in the scratch database when all migrations are.
  var finalState: State { current }

  /// Tries each step by itself, and then all of them together.
  func run() throws {
    while let work = try migrator.dueUp(scratch.migrationLedger(), .next).first {
      guard try verify(work) else { return }
    }
    try verifyTogether()
  }

  // MARK: One step

  /// In, out, compared, and in again; false when those behind it cannot be tried.
  private func verify(_ work: Migrator.Work) throws -> Bool {
    guard try attempt(work.step, { try take(work) }) else { return false }
    let step = Step(work: work, before: current, after: try Self.state(of: scratch))
    current = step.after
    steps.append(step)
    guard let migration = work.migration, migration.isReversible else {
      if work.migration?.kind != .repeatable { report(.irreversible, work.step) }
      return true
    }
    let back = Self.wayBack(of: work)
    // A way back that fails was rolled back, so the next step finds what it builds on.
    guard try attempt(back, { try takeBack(work) }) else { return true }
    guard try !reportUnrestored(step, back) else {
      try startAgain()
      return true
    }
    guard try attempt(work.step, { try take(work) }) else {
      try startAgain()
      return true
    }
    if try reportUnrepeated(step) { try startAgain() }
    return true
  }

  /// Reports what the way back did not restore; false when all is as it was.
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
    if let difference = try Self.difference(step.after, again) {
      report(.notRepeatable(difference), step.work.step)
      return true
    }
    let lines = step.after.rows.countChanges(in: again.rows)
    if !lines.isEmpty { report(.rowsNotRepeatable(lines), step.work.step) }
    return !lines.isEmpty
  }

  // MARK: All together

  /// The last out first, as far as the ways back are sound, and all in again.
  private func verifyTogether() throws {
    let unsound = Set(findings.map(\.id))
    let chain = steps.reversed().prefix { step in
      step.work.migration?.isReversible == true && !unsound.contains(step.work.step.id)
    }
    guard chain.count > 1 else { return }
    for step in chain {
      let back = Self.wayBack(of: step.work)
      guard try attempt(back, { try takeBack(step.work) }) else { return }
      guard try !reportUnrestored(step, back) else { return }
    }
    for step in chain.reversed() {
      guard try attempt(step.work.step, { try take(step.work) }) else { return }
      guard try !reportUnrepeated(step) else { return }
    }
  }

  // MARK: Running

  private static func ignore(_ event: MigrationEvent) {}

  private func take(_ work: Migrator.Work) throws {
    let maintenance = MaintenanceConnection(scratch, clock: clock)
    try migrator.run(maintenance, Self.ignore, plan: { _, done in done.isEmpty ? [work] : [] })
  }

  private func takeBack(_ work: Migrator.Work) throws {
    let maintenance = MaintenanceConnection(scratch, clock: clock)
    let pack = migrator.packs.first { $0.name == work.step.id.pack }
    try migrator.run(maintenance, Self.ignore) { entries, done in
      guard done.isEmpty, let entry = entries.last(where: { $0.id == work.step.id }) else {
        return []
      }
      return [try migrator.workDown(entry, pack)]
    }
  }

  /// Brings the scratch database to where the steps lead that were tried, past a way back that left
  /// it as it should not be.
  private func startAgain() throws {
    scratch = try open()
    for step in steps { try take(step.work) }
  }

  /// Runs a step; false when it fails, which is reported.
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
      if case .emptyScript = error, step.direction == .down {
        report(.emptyWayBack, step)
      } else {
        report(.fails(error), step)
      }
      return false
    }
  }

  private func report(_ problem: MigrationFinding.Problem, _ step: MigrationStep) {
    findings.append(MigrationFinding(id: step.id, file: step.description, problem: problem))
  }

  private static func wayBack(of work: Migrator.Work) -> MigrationStep {
    MigrationStep(id: work.step.id, direction: .down, file: work.migration?.downFile)
  }
}

extension MigrationVerification {
  /// Reads what a database holds.
  static func state(of connection: Connection) throws -> State {
    State(schema: try connection.schemaDump(), rows: try connection.rowDigest())
  }

  /// In what two schemas differ; nil when it is only the spelling of their texts.
  static func difference(_ before: State, _ after: State) throws -> SchemaDifference? {
    guard before.schema != after.schema else { return nil }
    let difference = try schema(of: before).difference(to: schema(of: after))
    return difference.isEmpty ? nil : difference
  }

  /// Only looked into when it is needed: the text is much cheaper to take, and says the same.
  private static func schema(of state: State) throws -> DatabaseSchema {
    try Database.maintain(.memory) { maintenance in
      try maintenance.connection.acceptDoubleQuotedTexts(true)
      try maintenance.executeScript(state.schema)
      return try maintenance.schema()
    }
  }
}
