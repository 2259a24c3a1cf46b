import Backoffice

/// The stored snapshots, which must agree with the history at the end of their buckets.
///
/// Snapshots that a late history row affects are not compared until the next refresh.
struct SnapshotValue: DerivedValue {
  private static let stored = SQLStatement(
    """
    SELECT bucket_kind, bucket_start_date FROM analytics_snapshots
    WHERE pipeline = ? AND scope = 'system'
    """)

  private static let rows = Snapshot.select("WHERE pipeline = ?")

  private struct Place: Hashable {
    let bucket: Bucket
    let scope: Scope
  }

  var name: String { "analytics.snapshots" }
  var triggers: [Trigger] { [] }

  func buckets(
    _ pipeline: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> [Bucket] {
    try transaction.fetchAll(Self.stored, pipeline) { row in
      try row.value(at: 0, as: BucketKind.self).bucket(of: row.value(at: 1))
    }
  }

  func findings(in transaction: borrowing ReadTransaction, limit: Int) throws -> [Finding] {
    var findings: [Finding] = []
    for name in try Analytics.storedPipelineNames(transaction) {
      guard findings.count < limit else { break }
      let stale = try StaleOwners(of: name, computedUntil: nil, transaction)
      var computed: [Place: Figures] = [:]
      try FigureEngine.run(
        Pipeline(name, transaction), buckets: buckets(name, transaction), base: .sums,
        transaction
      ) { bucket, scope, figures in
        guard !stale.isDirty(scope, bucket) else { return }
        computed[Place(bucket: bucket, scope: scope)] = figures
      }
      try transaction.forEach(Self.rows, name) { row in
        let snapshot = try Snapshot(row)
        guard !stale.isDirty(snapshot.scope, snapshot.bucket) else { return true }
        let place = Place(bucket: snapshot.bucket, scope: snapshot.scope)
        let expected = computed.removeValue(forKey: place)
        if expected != snapshot.figures {
          findings.append(finding(place, name, expected, snapshot.figures))
        }
        return findings.count < limit
      }
      guard findings.count < limit else { break }
      for (place, figures) in computed { findings.append(finding(place, name, figures, nil)) }
    }
    return Array(findings.prefix(limit))
  }

  private func finding(
    _ place: Place, _ pipeline: String, _ expected: Figures?, _ found: Figures?
  ) -> Finding {
    func text(_ figures: Figures?) -> String {
      guard let figures else { return "no row" }
      let counts = figures.statusCounts.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      return "total \(figures.total), new \(figures.new), active \(figures.active), converted "
        + "\(figures.converted), lost \(figures.lost), conversions \(figures.conversions) in "
        + "\(figures.cycleTimeSum) µs [\(counts)]"
    }
    let kind = place.bucket.kind?.rawValue ?? "custom"
    return Finding(
      check: name,
      entity: "analytics_snapshots \(kind) \(place.bucket.start) \(pipeline) "
        + "\(place.scope.column) \(place.scope.key)",
      problem: "expected \(text(expected)); found \(text(found))")
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    var changes = 0
    for name in try Analytics.storedPipelineNames(transaction) {
      let stale = try StaleOwners(of: name, computedUntil: nil, transaction)
      changes += try Analytics.write(
        buckets(name, transaction), pipeline: name, base: .sums,
        where: { !stale.isDirty($0, $1) }, transaction)
    }
    return changes
  }
}
