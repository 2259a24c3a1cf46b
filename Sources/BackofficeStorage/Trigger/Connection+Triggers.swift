import CBackofficeSQLite

extension Connection {
  /// Resolves the tables and columns of all triggers against the current schema.
  func installTriggers() throws {
    unsafe capture.state.pointee.isUTF8 = try pragmaText("encoding") == "UTF-8"
    let version = try pragmaText("schema_version")
    let tables = capture.watchedTables
    if let template, template.schemaVersion == version {
      try capture.install(template.spares.layouts(of: tables, finding: layouts))
    } else {
      try capture.install(layouts(of: tables))
    }
    capture.schemaVersion = version.flatMap { Int64($0) }
    capture.isSchemaSuspect = false
    capture.hasPlans = true
  }

  private static let schemaVersion = SQLStatement("PRAGMA main.schema_version")

  /// Resolves the triggers again if the tables that they watch have changed, in this transaction or
  /// by another connection.
  ///
  /// - Throws: ``StorageError/triggerTarget(trigger:reason:)`` if a table or column is missing, or
  ///   if rows that were captured before the change wait for their triggers.
  func refreshTriggers() throws {
    guard capture.hasPlans, !capture.triggers.isEmpty else {
      capture.isSchemaSuspect = false
      return
    }
    var version: Int64 = 0
    try run(controlStatement(Self.schemaVersion)) { row in
      version = try row.value(at: 0)
      return false
    }
    if version != capture.schemaVersion {
      let layouts = try layouts(of: capture.watchedTables)
      if !capture.isInstalled(layouts) {
        guard unsafe triggerChain.isEmpty, !capture.hasChanges(since: 0) else {
          throw StorageError.triggerTarget(
            trigger: unsafe triggerChain.last ?? capture.triggers[0].name,
            reason: "a table that it watches was changed while rows of it waited for triggers")
        }
        try capture.install(layouts)
      }
      capture.schemaVersion = version
    }
    capture.isSchemaSuspect = false
  }

  /// The end of the capture buffer before a statement runs.
  @usableFromInline
  func captureMark(for statement: PreparedStatement) throws -> Int {
    if statement.changesSchema {
      capture.schemaChanges()
    } else if capture.isSchemaSuspect {
      do {
        try refreshTriggers()
      } catch {
        unsafe statement.isCheckedOut = false
        throw error
      }
    }
    return capture.mark(for: statement)
  }

  /// Runs the triggers for the rows that a statement changed.
  @usableFromInline
  func runTriggers(since mark: Int) throws {
    try evaluateSwitchesIfNeeded()
    if capture.hasChanges(since: mark) { try fireTriggers(since: mark) }
  }

  /// Runs the triggers for the changes of the last statement.
  private func fireTriggers(since mark: Int) throws {
    let changes = try capture.take(since: mark)
    defer { capture.reuse(changes) }
    do {
      for index in 0..<changes.entries.count { try fire(changes.entries[index], in: changes) }
    } catch {
      failScope()
      throw error
    }
  }

  private func fire(_ entry: ChangeEntry, in changes: borrowing ChangeBuffer) throws {
    guard let watch = unsafe capture.state.pointee.tables[entry.table].watch else { return }
    let width = watch.plan.columns.count
    for index in entry.firstRule..<entry.firstRule + entry.ruleCount {
      let rule = watch.rules[changes.rules[index]]
      let old = unsafe changes.values.start + entry.firstValue
      let change = unsafe CapturedChange(
        event: entry.event, old: old, new: old + width, bytes: changes.bytes.start,
        positions: rule.positions.start, columnCount: rule.positions.count)
      if let queue = rule.queue {
        try capture.collect(change, in: queue, since: scopes.last?.mark.changes ?? 0)
      } else if let perform = rule.perform {
        try enter(rule.trigger.name) { transaction in try perform(change, transaction) }
      }
    }
  }

  /// Runs a trigger one level deeper.
  private func enter(
    _ name: String, _ body: (borrowing WriteTransaction) throws -> Void
  ) throws {
    guard unsafe triggerChain.count < environment.triggerDepthLimit else {
      throw StorageError.triggerDepth(
        limit: environment.triggerDepthLimit, chain: unsafe triggerChain + [name])
    }
    unsafe triggerChain.append(name)
    defer { unsafe triggerChain.removeLast() }
    try body(WriteTransaction(self))
  }

  /// Runs the `atCommit` triggers until no contributions are pending.
  func runAtCommit() throws {
    guard capture.hasCollected else { return }
    var mark: FlushMark?
    if scopes.count > 1, let scope = scopes.last {
      capture.flushes += 1
      mark = FlushMark(changes: scope.mark.changes, flushes: capture.flushes)
    }
    var rounds = 0
    while let queue = capture.queues.first(where: { $0.isPending }) {
      rounds += 1
      guard rounds <= environment.triggerDepthLimit * max(1, capture.queues.count) else {
        throw StorageError.triggerDepth(
          limit: environment.triggerDepthLimit, chain: [queue.name])
      }
      try enter(queue.name) { transaction in try queue.flush(in: mark, transaction) }
    }
    capture.hasCollected = false
  }
}
