import Backoffice

/// The conversions of customers, each once, summed by the day on which they begin or cease to count.
///
/// The figures of a range of days count the customers who converted in the range and whose
/// conversion counts at its end. ``AnalyticsFlows`` passes the rows of history that concern a
/// converted status.
struct AnalyticsConversions: DerivedValue {
  var name: String { "analytics.conversions" }

  /// The columns of a definition that conversions depend on.
  struct Definition: TableRow {
    static let tableName = "status_definitions"
    let pipeline: String
    let isConverted: Bool
    let isLost: Bool
  }

  /// All snapshots of a pipeline are out of date, from the first day on.
  private static let markPipeline = SQLStatement(
    """
    INSERT INTO analytics_dirty (pipeline, owner_id, day)
    SELECT DISTINCT pipeline, owner_id, ?2 FROM analytics_snapshots WHERE pipeline = ?1
    ON CONFLICT (pipeline, owner_id) DO UPDATE SET day = min(day, excluded.day)
    """)

  var triggers: [Trigger] {
    [
      /// Computes conversions and snapshots again when a status begins or ceases to be a converted or
      /// lost one.
      .atCommit(
        "analytics.converted_statuses", .any, on: Definition.self,
        collect: { (change, emit: (String, Int) -> Void) in
          let (old, new) = (change.old, change.new)
          let isSame =
            old?.isConverted ?? false == new?.isConverted ?? false
            && old?.isLost ?? false == new?.isLost ?? false
            && (old?.pipeline == new?.pipeline
              || old == nil || new == nil)
          guard !isSame else { return }
          for pipeline in Set([old?.pipeline, new?.pipeline].compactMap { $0 }) {
            emit(pipeline, 0)
          }
        }, combine: { _, _ in },
        perform: { pipeline, _, transaction in
          // A pipeline that no customer has been in has no figures.
          guard let first = try FigureEngine.firstDay(of: pipeline, transaction) else { return }
          _ = try Self().rebuild(in: transaction)
          try transaction.execute(Self.markPipeline, pipeline, first)
        })
    ]
  }

  private static let rowsOf = SQLStatement(
    """
    SELECT \(FlowStep.selection) FROM status_history
    WHERE entity_kind = 'customer' AND entity_id = ? ORDER BY at, pk
    """)

  private static let increase = SQLStatement(
    """
    INSERT INTO analytics_conversions (pipeline, day, first_day, owner_id, conversions,
      age_seconds, age_microseconds)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET conversions = conversions + excluded.conversions,
      age_seconds = age_seconds + excluded.age_seconds,
      age_microseconds = age_microseconds + excluded.age_microseconds
    """)

  /// Adds to `sums` what new rows change in the conversions of a customer.
  ///
  /// - Complexity: reads the history of the customer.
  static func fold(
    _ rows: [AnalyticsFlows.NewRow], of customer: ID<AnyEntity>, into sums: inout ConversionSums,
    _ converted: ConvertedStatuses, _ transaction: borrowing WriteTransaction
  ) throws {
    let zone = transaction.zone
    var (old, new) = (ConversionWalk(), ConversionWalk())
    var next = 0
    try transaction.forEach(rowsOf, customer) { row in
      var column = row.reader()
      let step = try FlowStep(&column)
      let day = zone.date(of: step.at)
      if next < rows.count, rows[next].sequence == step.sequence {
        next += 1
      } else {
        sums.advance(&old, by: step, on: day, converted, adding: -1)
      }
      sums.advance(&new, by: step, on: day, converted, adding: 1)
      return true
    }
  }

  /// Adds sums to the stored ones, and marks the owners whose snapshots they change.
  static func add(_ sums: ConversionSums, _ transaction: borrowing WriteTransaction) throws {
    var dirty = DirtyOwners()
    for (key, sum) in sums.sums.entries where sum != ConversionSums.Sum() {
      try transaction.execute(
        increase, key.pipeline, key.day, key.firstDay, key.owner, sum.conversions,
        sum.ageSeconds, sum.ageMicroseconds)
      dirty.note(key.pipeline, key.owner, key.day)
    }
    try dirty.mark(transaction)
  }
}

extension AnalyticsConversions.Definition {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      pipeline: column("pipeline"), isConverted: column("is_converted"),
      isLost: column("is_lost"))
  }
}

extension AnalyticsConversions {
  private static let allRows = SQLStatement(
    """
    SELECT entity_id, \(FlowStep.selection) FROM status_history
    WHERE entity_kind = 'customer' ORDER BY entity_id, at, pk
    """)

  private static let stored = SQLStatement(
    """
    SELECT pipeline, day, first_day, owner_id, conversions, age_seconds, age_microseconds
    FROM analytics_conversions
    """)

  private struct Difference {
    let key: ConversionSums.Key
    let computed: ConversionSums.Sum
    let stored: ConversionSums.Sum
  }

  /// The stored sums that differ from those computed from the whole history.
  private func differences(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [Difference] {
    let zone = transaction.zone
    let converted = try ConvertedStatuses(in: transaction)
    var computed = ConversionSums()
    var customer: ID<AnyEntity>?
    var walk = ConversionWalk()
    try transaction.forEach(Self.allRows) { row in
      var column = row.reader()
      let next: ID<AnyEntity> = try column("next_entity")
      let step = try FlowStep(&column)
      if next != customer { (customer, walk) = (next, ConversionWalk()) }
      computed.advance(&walk, by: step, on: zone.date(of: step.at), converted, adding: 1)
      return true
    }
    var differences: [Difference] = []
    try transaction.forEach(Self.stored) { row in
      var column = row.reader()
      let key = ConversionSums.Key(
        pipeline: try column("pipeline"), day: try column("day"),
        firstDay: try column("first_day"), owner: try column("owner"))
      let stored = ConversionSums.Sum(
        conversions: try column("conversions"), ageSeconds: try column("age_seconds"),
        ageMicroseconds: try column("age_microseconds"))
      let expected = computed.sums.exchange(key, with: ConversionSums.Sum()) ?? .init()
      if expected != stored {
        differences.append(Difference(key: key, computed: expected, stored: stored))
      }
      return true
    }
    for (key, sum) in computed.sums.entries where sum != ConversionSums.Sum() {
      differences.append(Difference(key: key, computed: sum, stored: .init()))
    }
    return differences
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    func text(_ sum: ConversionSums.Sum) -> String {
      "\(sum.conversions) of age \(sum.ageSeconds) s \(sum.ageMicroseconds) µs"
    }
    let findings = try differences(transaction).map { difference in
      let key = difference.key
      return Finding(
        check: name,
        entity: "analytics_conversions \(key.pipeline) \(key.day) \(key.firstDay) \(key.owner)",
        problem: "expected \(text(difference.computed)), found \(text(difference.stored))")
    }
    return Array(findings.sorted { $0.description < $1.description }.prefix(limit))
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let differences = try differences(transaction)
    var sums = ConversionSums()
    for difference in differences {
      sums.sums[difference.key, default: .init()] = difference.computed - difference.stored
    }
    try Self.add(sums, transaction)
    return differences.count
  }
}
