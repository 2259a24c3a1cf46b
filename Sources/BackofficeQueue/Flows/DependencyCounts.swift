/// Owns how many open dependencies an item has, how many items wait for it, and that it is held as
/// long as it has any.
///
/// Kept at once, not at the commit: a claim in the same transaction must see it. Edges that a program
/// without these rules has put in never stop the end of an item: a count that would fall below zero
/// stays there, and the check says so.
struct DependencyCounts: DerivedValue {
  let name = "queue_items.dependencies"

  var triggers: [Trigger] { [Self.keep, Self.hold] }

  static let keep = Trigger.after(
    "queue_items.dependencies", .insertDeleteOrUpdate(of: "item_id", "parent_id", "is_open"),
    on: Edge.self
  ) { change, transaction in
    if let old = change.old, old.isOpen { try count(old, -1, transaction) }
    if let new = change.new, new.isOpen { try count(new, 1, transaction) }
  }

  /// Restores the hold of an item whose dependencies are open, after any statement and on a retry.
  static let hold = Trigger.after(
    "queue_items.dependency_hold",
    .update(of: "held_by", "finished_at").where(.holds("waits_for")), on: Held.self,
    when: { change in
      guard let new = change.new else { return false }
      return new.waitsFor > 0 && !new.isFinished && new.heldBy != .dependency
    },
    perform: { change, transaction in
      guard let new = change.new else { return }
      try transaction.execute(holdAgain, new.id, transaction.now)
    })

  // An unblocked item is due immediately, so that its waiting time starts now.
  static let countItem = SQLStatement(
    """
    UPDATE queue_items SET waits_for = max(0, waits_for + ?2),
      held_by = CASE WHEN waits_for + ?2 > 0 AND finished_at IS NULL THEN 'dependency'
        WHEN held_by = 'dependency' THEN NULL ELSE held_by END,
      rank_at = CASE WHEN waits_for + ?2 > 0 THEN NULL ELSE rank_at END,
      due_at = CASE WHEN waits_for + ?2 <= 0 AND finished_at IS NULL
        THEN max(due_at, ?3) ELSE due_at END,
      updated_at = ?3
    WHERE id = ?1
    """)

  static let countParent = SQLStatement(
    "UPDATE queue_items SET dependants = max(0, dependants + ?2), updated_at = ?3 WHERE id = ?1")

  private static let holdAgain = SQLStatement(
    "UPDATE queue_items SET held_by = 'dependency', updated_at = ?2 WHERE id = ?1")

  private static func count(
    _ edge: Edge, _ difference: Int, _ transaction: borrowing WriteTransaction
  ) throws {
    try transaction.execute(countItem, edge.item, difference, transaction.now)
    try transaction.execute(countParent, edge.parent, difference, transaction.now)
  }

  struct Edge: TableRow {
    static let tableName = "queue_dependencies"
    let item: ID<QueueItem>
    let parent: ID<QueueItem>
    let isOpen: Bool
    let policy: QueueDependency.Policy
  }

  struct Held: TableRow {
    static let tableName = "queue_items"
    let id: ID<QueueItem>
    let waitsFor: Int
    let heldBy: QueueItem.Hold?
    let finishedAt: Timestamp?

    var isFinished: Bool { finishedAt != nil }
  }
}

extension DependencyCounts.Edge {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      item: column("item_id"), parent: column("parent_id"), isOpen: column("is_open"),
      policy: column("on_failure"))
  }
}

extension DependencyCounts.Held {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id"), waitsFor: column("waits_for"), heldBy: column("held_by"),
      finishedAt: column("finished_at"))
  }
}

extension DependencyCounts {
  private static let counted = """
    SELECT i.id AS id, i.pk AS pk, i.waits_for AS waits_for, i.dependants AS dependants,
      i.held_by AS held_by, i.finished_at AS finished_at,
      (SELECT count(*) FROM queue_dependencies d WHERE d.item_id = i.id AND d.is_open = 1)
        AS parents,
      (SELECT count(*) FROM queue_dependencies d WHERE d.parent_id = i.id AND d.is_open = 1)
        AS children
    FROM queue_items i
    """

  private static let wrong = """
    SELECT * FROM (\(counted))
    WHERE waits_for <> parents OR dependants <> children
      OR (parents > 0 AND finished_at IS NULL) <> (held_by IS 'dependency')
    """

  private static let different = SQLStatement("\(wrong) ORDER BY pk LIMIT ?")

  /// Open edges to parents that are done, which only a program without these rules leaves behind.
  private static let overdue = SQLStatement(
    """
    SELECT d.item_id, d.parent_id FROM queue_dependencies d JOIN queue_items p ON p.id = d.parent_id
    WHERE d.is_open = 1 AND p.status = 'completed' ORDER BY d.pk LIMIT ?
    """)

  private static let repair = SQLStatement(
    """
    UPDATE queue_items SET waits_for = w.parents, dependants = w.children,
      held_by = CASE WHEN w.parents > 0 AND w.finished_at IS NULL THEN 'dependency'
        WHEN queue_items.held_by = 'dependency' THEN NULL ELSE queue_items.held_by END,
      updated_at = ?1
    FROM (\(wrong)) AS w WHERE queue_items.pk = w.pk
    """)

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    let open = try transaction.fetchAll(Self.overdue, limit) { row in
      Finding(
        check: name, entity: "queue_items \(try row.value(at: 0, as: ID<QueueItem>.self))",
        problem: "it waits for \(try row.value(at: 1, as: ID<QueueItem>.self)), which is completed")
    }
    let wrong = try transaction.fetchAll(Self.different, limit) { row in
      let (waitsFor, dependants): (Int, Int) = (try row.value(at: 2), try row.value(at: 3))
      let (parents, children): (Int, Int) = (try row.value(at: 6), try row.value(at: 7))
      let held = try row.value(at: 4, as: String?.self) ?? "nothing"
      return Finding(
        check: name, entity: "queue_items \(try row.value(at: 0, as: ID<QueueItem>.self))",
        problem: "waits_for is \(waitsFor), expected \(parents), dependants is \(dependants), "
          + "expected \(children), held by \(held)")
    }
    return Array((open + wrong).prefix(limit))
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let parents = try transaction.fetchAll(Self.overdue, -1) { row in
      try row.value(at: 1, as: ID<QueueItem>.self)
    }
    for parent in parents { try transaction.execute(DependencyRules.closeAll, parent) }
    return try parents.count + transaction.execute(Self.repair, transaction.now)
  }
}
