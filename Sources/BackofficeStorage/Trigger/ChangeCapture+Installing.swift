extension ChangeCapture {
  /// Determines the columns to capture, from the current tables.
  ///
  /// - Throws: ``StorageError/triggerTarget(trigger:reason:)`` if a table or column is missing.
  func install(_ layouts: [SchemaName: TableLayout]) throws {
    forgetUpdatePlans()
    forgetTables()
    unsafe state.pointee.queues.removeAll()
    let watching = Dictionary(grouping: triggers.filter { $0.timing != .before }) {
      SchemaName($0.table)
    }
    var maskWords = 0
    for table in watchedTables {
      let name = SchemaName(table)
      let watch = try watch(watching[name] ?? [], table, layouts[name])
      let index = index(named: table)
      unsafe state.pointee.tables[index].watch = watch
      maskWords = max(maskWords, watch.plan.maskWords)
    }
    unsafe state.pointee.changed.truncate(to: 0)
    unsafe state.pointee.changed.append(repeating: 0, count: maskWords)
    renewUpdatePlans()
  }

  private func watch(
    _ triggers: [Trigger], _ table: String, _ layout: TableLayout?
  ) throws -> Watch {
    guard let layout else {
      throw StorageError.triggerTarget(
        trigger: triggers[0].name,
        reason: "table \(table) does not exist, or is a view or virtual table")
    }
    let positions = Dictionary(
      layout.columns.enumerated().map { (SchemaName($1.name), $0) },
      uniquingKeysWith: { first, _ in first })
    func position(_ column: String, for trigger: Trigger) throws -> Int {
      guard let position = positions[SchemaName(column)] else {
        throw StorageError.triggerTarget(
          trigger: trigger.name, reason: "table \(table) has no column \(column)")
      }
      return position
    }
    var needed: Set<Int> = []
    for trigger in triggers {
      let named =
        trigger.rowColumns + (trigger.observedColumns ?? [])
        + (trigger.unchangedColumn.map { [$0] } ?? []) + trigger.conditions.flatMap(\.columns)
      for column in named { needed.insert(try position(column, for: trigger)) }
    }
    let columns = needed.sorted()
    let isPlain = layout.isPlain(for: columns)
    if !isPlain || columns.contains(where: { layout.columns[$0].hasDefault }),
      !layout.hasQueries
    {
      throw StorageError.triggerTarget(
        trigger: triggers[0].name,
        reason: "columns of table \(table) have taken all names of its rowid")
    }
    var places = WatchPlan.Places()
    for (place, column) in columns.enumerated() {
      places[SchemaName(layout.columns[column].name)] = place
    }
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
      rules: rules,
      plan: WatchPlan(
        triggers, columns: columns.map { layout.planColumn($0) }, isRead: !isPlain, places: places,
        switches: switches),
      places: places, layout: layout, reader: RowReader(layout, columns: columns))
  }

  /// Whether the plans were made for these layouts.
  func isInstalled(_ layouts: [SchemaName: TableLayout]) -> Bool {
    watchedTables.allSatisfy { table in
      let index = index(of: SchemaName(table))
      let layout = layouts[SchemaName(table)]
      return unsafe index >= 0 && layout != nil
        && state.pointee.tables[index].watch?.layout == layout
    }
  }

  /// The tables with `after` or `atCommit` triggers, in the order of the triggers.
  var watchedTables: [String] {
    var seen: Set<SchemaName> = []
    return triggers.filter { $0.timing != .before }.map(\.table)
      .filter { seen.insert(SchemaName($0)).inserted }
  }
}

extension TableLayout {
  fileprivate func planColumn(_ index: Int) -> WatchPlan.Column {
    var column = WatchPlan.Column(index: Int32(index))
    if columns[index].isReal { column.traits.insert(.isReal) }
    if columns[index].hasDefault { column.traits.insert(.hasDefault) }
    return column
  }
}
