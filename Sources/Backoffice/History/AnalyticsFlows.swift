package import BackofficeStorage

/// The flows between statuses, summed by day: from them every stock of the past follows.
///
/// Kept from the rows of status history as they come, in whatever order they come: a row that lies
/// before others changes the flow that follows it, too.
package struct AnalyticsFlows: DerivedValue {
  /// A sum's place in the table.
  struct Key: Hashable, Sendable {
    var kind: EntityKind
    var day: CalendarDate
    var flow: Flow
  }

  /// The columns of a new history row that say whose flows to look at.
  struct NewRow: TableRow {
    static let tableName = "status_history"
    static let columns = ["pk", "entity_kind", "entity_id", "at"]
    let sequence: Int64
    let kind: EntityKind
    let entity: ID<AnyEntity>
    let at: Timestamp

    init(_ row: borrowing Row) throws {
      var column = row.reader()
      sequence = try column.next()
      kind = try column.next()
      entity = try column.next()
      at = try column.next()
    }
  }

  private struct Entity: Hashable {
    let kind: EntityKind
    let id: ID<AnyEntity>
  }

  package var name: String { "analytics.flows" }

  package init() {}

  package var triggers: [Trigger] {
    [
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
      ORDER BY d.at DESC, d.pk DESC LIMIT 1), 0)
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

  static var hotStatements: [SQLStatement] { [before, onwards] }

  /// Where an entity stood just before a place in its history; nil when that is its beginning.
  package static func state(
    of entity: ID<AnyEntity>, kind: EntityKind, before at: Timestamp, sequence: Int64,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> FlowState? {
    try transaction.fetchOne(before, kind, entity, at, sequence) { row in
      FlowState(
        pipeline: try row.value(at: 0), owner: try row.value(at: 1, as: ID?.self) ?? .zero,
        status: try row.value(at: 2), isDeleted: try row.value(at: 3))
    }
  }

  /// Adds to the sums what follows from new rows.
  private static func fold(
    _ rows: [NewRow], _ transaction: borrowing WriteTransaction
  ) throws {
    var order: [Entity] = []
    var news: [Entity: [NewRow]] = [:]
    for row in rows {
      let entity = Entity(kind: row.kind, id: row.entity)
      if news[entity] == nil { order.append(entity) }
      news[entity, default: []].append(row)
    }
    let zone = transaction.zone
    // In the order of the history: the same work writes the same bytes.
    var keys: [Key] = []
    var deltas: [Key: Int] = [:]
    func count(_ key: Key, _ delta: Int) {
      if deltas[key] == nil { keys.append(key) }
      deltas[key, default: 0] += delta
    }
    for entity in order {
      let mine = news[entity] ?? []
      guard let first = mine.min(by: { ($0.at, $0.sequence) < ($1.at, $1.sequence) })
      else { continue }
      var missing = Set(mine.map(\.sequence))
      let start = try state(
        of: entity.id, kind: entity.kind, before: first.at, sequence: first.sequence, transaction)
      var (old, new) = (start, start)
      try transaction.forEach(
        onwards, entity.kind, entity.id, first.at, first.sequence
      ) { row in
        var column = row.reader()
        let step = try FlowStep(&column)
        let day = zone.date(of: step.at)
        if missing.remove(step.sequence) == nil {
          FlowState.advance(&old, by: step) {
            count(Key(kind: entity.kind, day: day, flow: $0), -1)
          }
        }
        FlowState.advance(&new, by: step) {
          count(Key(kind: entity.kind, day: day, flow: $0), 1)
        }
        // From here on the rows mean what they meant before.
        return !missing.isEmpty || old != new
      }
    }
    for key in keys {
      guard let delta = deltas[key], delta != 0 else { continue }
      try add(delta, to: key, transaction)
    }
  }

  private static let increase = SQLStatement(
    """
    INSERT INTO analytics_flows
      (entity_kind, pipeline, day, owner_id, cause, from_status, to_status, transitions)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET transitions = transitions + excluded.transitions
    """)

  private static let decrease = SQLStatement(
    """
    UPDATE analytics_flows SET transitions = transitions - ?8
    WHERE entity_kind = ?1 AND pipeline = ?2 AND day = ?3 AND owner_id = ?4 AND cause = ?5
      AND from_status = ?6 AND to_status = ?7
    RETURNING transitions
    """)

  private static let remove = SQLStatement(
    """
    DELETE FROM analytics_flows
    WHERE entity_kind = ? AND pipeline = ? AND day = ? AND owner_id = ? AND cause = ?
      AND from_status = ? AND to_status = ?
    """)

  static func add(
    _ delta: Int, to key: Key, _ transaction: borrowing WriteTransaction
  ) throws {
    let flow = key.flow
    if delta > 0 {
      try transaction.execute(
        increase, key.kind, flow.pipeline, key.day, flow.owner, flow.cause, flow.from, flow.to,
        delta)
      return
    }
    let left: Int? = try transaction.fetchOne(
      decrease, key.kind, flow.pipeline, key.day, flow.owner, flow.cause, flow.from, flow.to,
      -delta
    ) { row in try row.value(at: 0) }
    if left == 0 {
      try transaction.execute(
        remove, key.kind, flow.pipeline, key.day, flow.owner, flow.cause, flow.from, flow.to)
    }
  }
}
