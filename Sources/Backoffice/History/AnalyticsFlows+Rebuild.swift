package import BackofficeStorage

extension AnalyticsFlows {
  private static let allRows = SQLStatement(
    """
    SELECT entity_kind, entity_id, \(FlowStep.selection) FROM status_history
    ORDER BY entity_kind, entity_id, at, pk
    """)

  private static let storedSums = SQLStatement(
    """
    SELECT entity_kind, pipeline, day, owner_id, cause, from_status, to_status, transitions
    FROM analytics_flows
    """)

  /// The sums from scratch.
  private func computed(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [Key: Int] {
    let zone = transaction.zone
    var sums: [Key: Int] = [:]
    var kind: EntityKind?
    var entity: ID<AnyEntity>?
    var state: FlowState?
    try transaction.forEach(Self.allRows) { row in
      var column = row.reader()
      let nextKind: EntityKind = try column.next()
      let nextEntity: ID<AnyEntity> = try column.next()
      let step = try FlowStep(&column)
      if nextKind != kind || nextEntity != entity {
        (kind, entity, state) = (nextKind, nextEntity, nil)
      }
      let day = zone.date(of: step.at)
      FlowState.advance(&state, by: step) {
        sums[Key(kind: nextKind, day: day, flow: $0), default: 0] += 1
      }
      return true
    }
    return sums
  }

  /// What the sums lack to be right: computed less stored, where that is not zero.
  private func differences(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [Key: (computed: Int, stored: Int)] {
    var computed = try computed(transaction)
    var differences: [Key: (computed: Int, stored: Int)] = [:]
    try transaction.forEach(Self.storedSums) { row in
      var column = row.reader()
      let kind: EntityKind = try column.next()
      let pipeline: String = try column.next()
      let day: CalendarDate = try column.next()
      let key = Key(
        kind: kind, day: day,
        flow: Flow(
          pipeline: pipeline, owner: try column.next(), cause: try column.next(),
          from: try column.next(), to: try column.next()))
      let stored: Int = try column.next()
      let expected = computed.removeValue(forKey: key) ?? 0
      if stored != expected || stored == 0 { differences[key] = (expected, stored) }
      return true
    }
    for (key, count) in computed { differences[key] = (count, 0) }
    return differences
  }

  package func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    let differences = try differences(transaction).map { key, value in
      let flow = key.flow
      let move = "\(flow.cause.rawValue) '\(flow.from)' to '\(flow.to)'"
      return Finding(
        check: name,
        entity: "analytics_flows \(key.kind.rawValue) \(flow.pipeline) \(key.day) \(flow.owner)",
        problem: "\(move): expected \(value.computed), found \(value.stored)")
    }
    return Array(differences.sorted { $0.description < $1.description }.prefix(limit))
  }

  package func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let differences = try differences(transaction)
    for (key, value) in differences {
      let delta = value.computed - value.stored
      // A row of zero is wrong as well: taking nothing away removes it.
      try Self.add(delta, to: key, transaction)
    }
    if let first = differences.keys.filter({ $0.kind == .customer }).map(\.day).min() {
      try AnalyticsMarks.markDirty(from: first, transaction)
    }
    return differences.count
  }
}
