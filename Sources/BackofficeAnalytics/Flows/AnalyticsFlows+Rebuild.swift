import Backoffice

extension AnalyticsFlows {
  private static let allRows = SQLStatement(
    """
    SELECT entity_kind, entity_id, \(FlowStep.selection) FROM status_history
    ORDER BY entity_kind, entity_id, at, pk
    """)

  private static let storedFlows = SQLStatement(
    """
    SELECT entity_kind, pipeline, day, owner_id, cause, from_status, to_status, transitions,
      age_seconds, age_microseconds
    FROM analytics_flows
    """)

  private static let storedActivity = SQLStatement(
    "SELECT pipeline, day, owner_id, delta FROM analytics_activity")

  /// A computed sum and the stored one.
  private struct Difference<Sum> {
    let computed: Sum
    let stored: Sum
  }

  private struct Differences {
    var flows: [FlowSums.Key: Difference<FlowSums.Sum>] = [:]
    var activity: [ActivityKey: Difference<Int>] = [:]
  }

  /// The sums, computed from the whole history.
  private func computed(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> FlowSums {
    let zone = transaction.zone
    var sums = FlowSums()
    var kind: EntityKind?
    var entity: ID<AnyEntity>?
    var walk = FlowWalk()
    try transaction.forEach(Self.allRows) { row in
      var column = row.reader()
      let nextKind: EntityKind = try column("next_kind")
      let nextEntity: ID<AnyEntity> = try column("next_entity")
      let step = try FlowStep(&column)
      if nextKind != kind || nextEntity != entity {
        (kind, entity, walk) = (nextKind, nextEntity, FlowWalk())
      }
      sums.advance(&walk, by: step, kind: nextKind, on: zone.date(of: step.at), adding: 1)
      return true
    }
    return sums
  }

  /// The stored sums that differ from the computed ones.
  private func differences(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Differences {
    var computed = try computed(transaction)
    var differences = Differences()
    try transaction.forEach(Self.storedFlows) { row in
      var column = row.reader()
      let kind: EntityKind = try column("kind")
      let pipeline: String = try column("pipeline")
      let day: CalendarDate = try column("day")
      let key = FlowSums.Key(
        kind: kind, day: day,
        flow: Flow(
          pipeline: pipeline, owner: try column("owner"), cause: try column("cause"),
          from: try column("from"), to: try column("to")))
      let stored = FlowSums.Sum(
        transitions: try column("transitions"), ageSeconds: try column("age_seconds"),
        ageMicroseconds: try column("age_microseconds"))
      let expected = computed.flows.exchange(key, with: FlowSums.Sum()) ?? FlowSums.Sum()
      // A row of zero is wrong too; the rebuild removes it.
      if stored != expected || stored.transitions == 0 {
        differences.flows[key] = Difference(computed: expected, stored: stored)
      }
      return true
    }
    for (key, sum) in computed.flows.entries where sum != FlowSums.Sum() {
      differences.flows[key] = Difference(computed: sum, stored: FlowSums.Sum())
    }
    try transaction.forEach(Self.storedActivity) { row in
      var column = row.reader()
      let key = ActivityKey(
        pipeline: try column("pipeline"), day: try column("day"), owner: try column("owner"))
      let stored: Int = try column("stored")
      let expected = computed.activity.exchange(key, with: 0) ?? 0
      if stored != expected {
        differences.activity[key] = Difference(computed: expected, stored: stored)
      }
      return true
    }
    for (key, sum) in computed.activity.entries where sum != 0 {
      differences.activity[key] = Difference(computed: sum, stored: 0)
    }
    return differences
  }

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    func text(_ sum: FlowSums.Sum) -> String {
      let age = sum.ageSeconds != 0 || sum.ageMicroseconds != 0
      return "\(sum.transitions)"
        + (age ? " of age \(sum.ageSeconds) s \(sum.ageMicroseconds) µs" : "")
    }
    let differences = try differences(transaction)
    var findings = differences.flows.map { key, value in
      let flow = key.flow
      let move = "\(flow.cause.rawValue) '\(flow.from)' to '\(flow.to)'"
      return Finding(
        check: name,
        entity: "analytics_flows \(key.kind.rawValue) \(flow.pipeline) \(key.day) \(flow.owner)",
        problem: "\(move): expected \(text(value.computed)), found \(text(value.stored))")
    }
    findings += differences.activity.map { key, value in
      Finding(
        check: name, entity: "analytics_activity \(key.pipeline) \(key.day) \(key.owner)",
        problem: "expected \(value.computed), found \(value.stored)")
    }
    return Array(findings.sorted { $0.description < $1.description }.prefix(limit))
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let differences = try differences(transaction)
    var dirty = DirtyOwners()
    for (key, value) in differences.flows {
      try Self.add(value.computed - value.stored, to: key, transaction)
      if key.kind == .customer { dirty.note(key.flow.pipeline, key.flow.owner, key.day) }
    }
    for (key, value) in differences.activity {
      try Self.add(value.computed.subtracting(value.stored), to: key, transaction)
      dirty.note(key.pipeline, key.owner, key.day)
    }
    try dirty.mark(transaction)
    return differences.flows.count + differences.activity.count
  }
}
