import Backoffice

/// The flows between statuses and the activity of customers, summed by day.
///
/// Every figure of the past follows from them. Kept from the rows of status history, in any order: a row that is dated before others also changes the
/// flow that follows it.
struct AnalyticsFlows: DerivedValue {
  /// The columns of a new history row that identify its entity.
  struct NewRow: TableRow {
    static let tableName = "status_history"
    let sequence: Int64
    let kind: EntityKind
    let entity: ID<AnyEntity>
    let at: Timestamp
  }

  private struct Entity: Hashable {
    let kind: EntityKind
    let id: ID<AnyEntity>
  }

  var name: String { "analytics.flows" }

  init() {}

  var triggers: [Trigger] {
    [
      /// Adds the moves of a transaction to the daily flows of their pipelines.
      // One key for the whole transaction, so that a thousand customers of one day are one upsert.
      .atCommit(
        "analytics.flows", .insert, on: NewRow.self,
        collect: { (change, emit: (Int, [NewRow]) -> Void) in
          if let new = change.new { emit(0, [new]) }
        }, combine: { $0 += $1 },
        perform: { _, rows, transaction in try Self.fold(rows, transaction) })
    ]
  }

  private static let before = SQLStatement(
    """
    SELECT h.pipeline, h.owner_id, h.to_status, coalesce((
      SELECT json_extract(d.details, '$.event') = 'deleted' FROM status_history d
      WHERE d.entity_kind = ?1 AND d.entity_id = ?2 AND d.at <= h.at
        AND (d.at < h.at OR d.pk <= h.pk)
        AND d.details <> '{}' AND json_extract(d.details, '$.event') IN ('deleted', 'restored')
      ORDER BY d.at DESC, d.pk DESC LIMIT 1), 0),
      (SELECT min(f.at) FROM status_history f WHERE f.entity_kind = ?1 AND f.entity_id = ?2)
    FROM status_history h
    WHERE h.entity_kind = ?1 AND h.entity_id = ?2 AND h.at <= ?3 AND (h.at < ?3 OR h.pk < ?4)
    ORDER BY h.at DESC, h.pk DESC LIMIT 1
    """)

  private static let onwards = SQLStatement(
    """
    SELECT \(FlowStep.selection) FROM status_history
    WHERE entity_kind = ?1 AND entity_id = ?2 AND at >= ?3 AND (at > ?3 OR pk >= ?4)
    ORDER BY at, pk
    """)

  /// The state of an entity directly before a place in its history; nil at the beginning.
  static func walk(
    of entity: ID<AnyEntity>, kind: EntityKind, before at: Timestamp, sequence: Int64,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> FlowWalk? {
    try transaction.fetchOne(before, kind, entity, at, sequence) { row in
      FlowWalk(
        state: FlowState(
          pipeline: try row.value(at: 0), owner: try row.value(at: 1, as: ID?.self) ?? .zero,
          status: try row.value(at: 2), isDeleted: try row.value(at: 3)),
        firstAt: try row.value(at: 4))
    }
  }

  /// Adds the flows of new rows to the sums.
  private static func fold(
    _ rows: [NewRow], _ transaction: borrowing WriteTransaction
  ) throws {
    var sums = FlowSums()
    var conversions = ConversionSums()
    if rows.count == 1 {
      try fold(rows, into: &sums, &conversions, transaction)
    } else {
      var news = SmallTable<Entity, [NewRow]>()
      for row in rows { news[Entity(kind: row.kind, id: row.entity), default: []].append(row) }
      for (_, rows) in news.entries {
        // In the order of their entity's history.
        let sorted = rows.sorted { ($0.at, $0.sequence) < ($1.at, $1.sequence) }
        try fold(sorted, into: &sums, &conversions, transaction)
      }
    }
    try add(sums, transaction)
    try AnalyticsConversions.add(conversions, transaction)
  }

  /// Adds the flows of new rows of one entity: those of its rows from there on with the new rows, minus
  /// those without them.
  private static func fold(
    _ rows: [NewRow], into sums: inout FlowSums, _ conversions: inout ConversionSums,
    _ transaction: borrowing WriteTransaction
  ) throws {
    guard let first = rows.first else { return }
    let (kind, zone) = (first.kind, transaction.zone)
    let converted = try ConvertedStatuses.kept(in: transaction)
    var concernsConversion = false
    var (start, sequence) = (first.at, first.sequence)
    if kind == .customer {
      // No earlier change makes the customer active on the new row's day, however long the days of
      // the zone are.
      start -= .days(Activity.days + 2)
      sequence = .min
    }
    var old =
      try walk(of: first.entity, kind: kind, before: start, sequence: sequence, transaction)
      ?? FlowWalk()
    var new = old
    var next = 0
    try transaction.forEach(onwards, kind, first.entity, start, sequence) { row in
      var column = row.reader()
      let step = try FlowStep(&column)
      let day = zone.date(of: step.at)
      let isNew = next < rows.count && rows[next].sequence == step.sequence
      guard isNew || next > 0 else {
        sums.advance(&old, by: step, kind: kind, on: day, adding: 0)
        return true
      }
      if next == 0 {
        new = old
        if let state = old.state {
          concernsConversion = converted.contains(state.status, of: state.pipeline)
        }
      }
      if converted.contains(step.status, of: step.pipeline)
        || new.state.map({ $0.pipeline != step.pipeline }) == true
      {
        concernsConversion = true
      }
      if isNew {
        next += 1
      } else {
        sums.advance(&old, by: step, kind: kind, on: day, adding: -1)
      }
      sums.advance(&new, by: step, kind: kind, on: day, adding: 1)
      // From here on the flows are the same as before.
      return next < rows.count || old != new
    }
    if concernsConversion, kind == .customer {
      try AnalyticsConversions.fold(
        rows, of: first.entity, into: &conversions, converted, transaction)
    }
  }
}

extension AnalyticsFlows.NewRow {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      sequence: column("pk"), kind: column("entity_kind"), entity: column("entity_id"),
      at: column("at"))
  }
}
