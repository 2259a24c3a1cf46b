extension EventLogReport {
  /// The queries of the report, without the rows of imports that were taken back.
  struct Queries {
    /// The rows, as a table.
    private let rows: String

    init(without taken: [ClosedRange<Int>]) {
      let ranges = taken.map { "pk BETWEEN \($0.lowerBound) AND \($0.upperBound)" }
      rows =
        ranges.isEmpty
        ? "status_history"
        : "(SELECT * FROM status_history WHERE NOT (\(ranges.joined(separator: " OR "))))"
    }

    var totals: String {
      """
      SELECT count(*), count(DISTINCT entity_id), min(at), max(at)
      FROM \(rows) WHERE entity_kind = ?
      """
    }

    var current: String {
      """
      SELECT to_status, count(*) FROM (
        SELECT to_status, row_number() OVER (PARTITION BY entity_id ORDER BY at DESC, pk DESC) AS n
        FROM \(rows) WHERE entity_kind = ?)
      WHERE n = 1 GROUP BY 1
      """
    }

    var steps: String {
      """
      SELECT before, to_status, count(*) FROM (
        SELECT to_status, lag(to_status) OVER (PARTITION BY entity_id ORDER BY at, pk) AS before
        FROM \(rows) WHERE entity_kind = ?)
      WHERE before IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
      """
    }

    var owners: String {
      """
      SELECT count(*) FROM (
        SELECT owner_id, lag(owner_id) OVER (PARTITION BY entity_id ORDER BY at, pk) AS before
        FROM \(rows) WHERE entity_kind = ? AND owner_id IS NOT NULL)
      WHERE before <> owner_id
      """
    }

    var spans: String {
      """
      SELECT max(at) - min(at) FROM \(rows) WHERE entity_kind = ?
      GROUP BY entity_id ORDER BY 1
      """
    }

    var lastDetails: String {
      """
      SELECT key, value, count(*) FROM (
        SELECT details, row_number() OVER (PARTITION BY entity_id ORDER BY at DESC, pk DESC) AS n
        FROM \(rows) WHERE entity_kind = ?), json_each(details)
      WHERE n = 1 AND key NOT IN ('case', 'owner', 'customer', 'event') GROUP BY 1, 2
      """
    }
  }
}
