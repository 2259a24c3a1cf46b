extension ChangeCapture {
  /// Determines the columns to capture, from the current tables.
  ///
  /// - Throws: ``StorageError/triggerTarget(trigger:reason:)`` if a table or column is missing.
  func install(columnsOf: (String) throws -> [TableColumn]) throws {
    forgetUpdatePlans()
    forgetTables()
    unsafe state.pointee.queues.removeAll()
    let watching = triggers.filter { $0.timing != .before }
    var seen: [String] = []
    for trigger in watching where !seen.contains(trigger.table) { seen.append(trigger.table) }
    var maskWords = 0
    for table in seen {
      let watch = try watch(
        watching.filter { $0.table == table }, table: table, columns: columnsOf(table))
      let index = index(named: table)
      unsafe state.pointee.tables[index].watch = watch
      maskWords = max(maskWords, watch.plan.maskWords)
    }
    unsafe state.pointee.changed.truncate(to: 0)
    unsafe state.pointee.changed.append(repeating: 0, count: maskWords)
    renewUpdatePlans()
  }

  private func watch(
    _ triggers: [Trigger], table: String, columns physical: [TableColumn]
  ) throws -> Watch {
    func position(_ column: String, for trigger: Trigger) throws -> Int32 {
      guard let position = physical.firstIndex(where: { $0.name == column }) else {
        throw StorageError.triggerTarget(
          trigger: trigger.name,
          reason: physical.isEmpty
            ? "table \(table) does not exist" : "table \(table) has no column \(column)")
      }
      return Int32(position)
    }
    var needed: Set<Int32> = []
    for trigger in triggers {
      let named =
        trigger.rowColumns + (trigger.observedColumns ?? [])
        + (trigger.unchangedColumn.map { [$0] } ?? []) + trigger.conditions.flatMap(\.columns)
      for column in named { needed.insert(try position(column, for: trigger)) }
    }
    let columns = needed.sorted()
    let places = Dictionary(
      uniqueKeysWithValues: columns.enumerated().map { (physical[Int($1)].name, $0) })
    let rules = triggers.map { trigger in
      var queue: Int?
      if case .atCommit(let make) = trigger.action {
        unsafe state.pointee.queues.append(make())
        queue = queues.count - 1
      }
      return Watch.Rule(
        trigger: trigger, positions: trigger.rowColumns.compactMap { places[$0] }, queue: queue)
    }
    return Watch(
      rules: rules, plan: WatchPlan(triggers, columns: columns, places: places, switches: switches),
      places: places,
      generated: physical.lazy.filter(\.isGenerated).compactMap { places[$0.name] })
  }
}
