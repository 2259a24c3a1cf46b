import Backoffice

extension Analytics {
  // Steps from one pipeline to the next in the index and skips the flows of each.
  private static let pipelines = SQLStatement(
    """
    WITH RECURSIVE step (name) AS (
      SELECT min(pipeline) FROM analytics_flows WHERE entity_kind = 'customer'
      UNION ALL
      SELECT (SELECT min(pipeline) FROM analytics_flows
        WHERE entity_kind = 'customer' AND pipeline > name) FROM step WHERE name IS NOT NULL)
    SELECT name FROM step WHERE name IS NOT NULL
    UNION SELECT pipeline FROM status_definitions
    """)

  private static let storedPipelines = SQLStatement(
    "SELECT DISTINCT pipeline FROM analytics_snapshots ORDER BY pipeline")

  /// The pipelines that are defined or have had customers.
  static func pipelineNames(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [String] {
    try transaction.fetchAll(pipelines) { row in try row.value(at: 0) }
  }

  /// The pipelines that have snapshots.
  static func storedPipelineNames(
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [String] {
    try transaction.fetchAll(storedPipelines) { row in try row.value(at: 0) }
  }
}
