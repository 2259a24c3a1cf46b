/// What a step may not take along, since neither its pack nor one before it made it: a program's own columns,
/// indexes and triggers on a table of the pack, and views and references of others that need the table.
struct OtherHands {
  private let before: DatabaseSchema
  private let after: DatabaseSchema
  private let own: DatabaseSchema
  /// The names in the step's own `DROP` clauses, in lower case.
  private let named: Set<String>

  init(
    before: DatabaseSchema, after: DatabaseSchema, own: DatabaseSchema, script: MigrationScript?
  ) {
    self.before = before
    self.after = after
    self.own = own
    named = script.map { Self.droppedNames(of: $0) } ?? []
  }

  /// What would go, each with its kind and its table.
  var losses: [String] {
    before.tables.flatMap { table in
      own.table(table.name).map { losses(of: table, made: $0) } ?? losses(around: table)
    } + before.views.compactMap(loss(of:))
  }

  /// What others put on a table of the pack.
  private func losses(
    of table: DatabaseSchema.Table, made: DatabaseSchema.Table
  ) -> [String] {
    let now = after.table(table.name)
    // A table with another name has its columns with it.
    let heirs =
      now.map { [$0] } ?? after.tables.filter { before.table($0.name) == nil }
    let columns = table.columns.filter { column in
      made.column(column.name) == nil && !heirs.contains { $0.column(column.name) != nil }
    }.map { "column \($0.name)" }
    let indexes = table.indexes.filter { index in
      !made.indexes.contains { $0.name.isSameName(as: index.name) } && !hasIndex(index.name)
    }.map { ($0.name, "index \($0.name)") }
    let triggers = table.triggers.filter { trigger in
      !made.triggers.contains { $0.name.isSameName(as: trigger.name) } && !hasTrigger(trigger.name)
    }.map { ($0.name, "trigger \($0.name)") }
    let dependents = (indexes + triggers).filter { !named.contains($0.0.lowercased()) }.map(\.1)
    let columnNames = columns.filter { !named.contains($0.dropFirst(7).lowercased()) }
    return (columnNames + dependents).map { "\($0) of \(table.name)" }
  }

  /// The references of a table of others to one that goes.
  private func losses(around table: DatabaseSchema.Table) -> [String] {
    guard let now = after.table(table.name) else { return [] }
    return now.foreignKeys.filter { key in
      before.table(key.parent) != nil && after.table(key.parent) == nil
    }.map { "reference of \(table.name) to \($0.parent)" }
  }

  /// A view of others that could be read and no longer can.
  private func loss(of view: DatabaseSchema.View) -> String? {
    guard !view.columns.isEmpty, !own.views.contains(where: { $0.name.isSameName(as: view.name) }),
      let now = after.views.first(where: { $0.name.isSameName(as: view.name) }),
      now.columns.isEmpty
    else { return nil }
    return "view \(view.name)"
  }

  private func hasIndex(_ name: String) -> Bool {
    after.tables.contains { $0.indexes.contains { $0.name.isSameName(as: name) } }
  }

  private func hasTrigger(_ name: String) -> Bool {
    after.tables.contains { $0.triggers.contains { $0.name.isSameName(as: name) } }
  }

  private static func droppedNames(of script: MigrationScript) -> Set<String> {
    let noise: Set<String> = ["column", "index", "trigger", "if", "exists", "main"]
    return Set(
      script.statements.compactMap { statement in
        let clause = SQLTokens(statement.text).tokens.drop { !$0.is("drop") }.dropFirst()
        // A table that goes by name says nothing of what others put on it.
        guard clause.first?.is("table") == false else { return nil }
        return clause.first { $0.isName && !noise.contains($0.text) }?.name.lowercased()
      })
  }
}

extension String {
  fileprivate func isSameName(as other: String) -> Bool { lowercased() == other.lowercased() }
}

extension MigrationRun {
  /// The schema before a step that may take something along; nil for one that cannot, and in a new file.
  func schemaToProtect(
    from work: Migrator.Work, _ script: MigrationScript?
  ) throws -> DatabaseSchema? {
    guard options.protectsOtherHands, !isNewFile, migrator.hasPack(of: work.step),
      script.map({ $0.isDestructive || work.step.direction == .down }) ?? true
    else { return nil }
    return try SchemaReader(connection).read()
  }

  /// Refuses a step that takes along what other hands made.
  func protectOtherHands(
    _ before: DatabaseSchema?, from work: Migrator.Work, _ script: MigrationScript?
  ) throws {
    guard let before else { return }
    let after = try SchemaReader(connection).read()
    guard before != after,
      let own = try migrator.schema(
        madeUpTo: work.step.id.pack, by: MigrationLedger(connection).entries(), clock: clock)
    else { return }
    let losses = OtherHands(before: before, after: after, own: own, script: script).losses
    guard losses.isEmpty else {
      throw MigrationError.takesAlong(work.step.id, things: losses)
    }
  }
}

extension Migrator {
  func hasPack(of step: MigrationStep) -> Bool { packs.contains { $0.name == step.id.pack } }

  /// What the migrations of a pack that ran, and those of the packs before it, make by themselves; nil when
  /// they do not run on an empty database.
  func schema(
    madeUpTo name: String, by entries: [MigrationLedger.Entry], clock: StoreClock
  ) throws -> DatabaseSchema? {
    guard let last = packs.firstIndex(where: { $0.name == name }) else { return nil }
    let names = Set(packs[...last].map(\.name))
    return try replay(entries.filter { names.contains($0.id.pack) }, clock: clock).0
  }
}
