/// Owns the tags by which items are found: a row for each tag of an item, and none for the many
/// items that have no tags.
///
/// Kept at once, so that an item is found by its tags in the same transaction. Rows go with their item
/// by the foreign key.
struct ItemTags: DerivedValue {
  let name = "queue_item_tags.items"

  var triggers: [Trigger] { [Self.keep] }

  static let keep = Trigger.after(
    "queue_item_tags.items", .insertOrUpdate(of: "tags").where(.holds("tags")), on: Item.self
  ) { change, transaction in
    guard let new = change.new else { return }
    if change.old != nil { try transaction.execute(clear, new.key) }
    if let tags = new.tags { try transaction.execute(fill, new.key, tags) }
  }

  static let clear = SQLStatement("DELETE FROM queue_item_tags WHERE item_pk = ?")

  // A list that another program wrote may hold anything; only its texts are tags.
  private static let fill = SQLStatement(
    """
    INSERT OR IGNORE INTO queue_item_tags (tag, item_pk)
    SELECT value, ?1 FROM json_each(?2)
    WHERE json_type(?2) = 'array' AND type = 'text' AND value <> ''
    """)

  /// The tags of an item.
  struct Item: TableRow {
    static let tableName = "queue_items"
    let key: Int64
    let tags: String?
  }
}

extension ItemTags.Item {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    try self.init(key: column("pk"), tags: column("tags"))
  }
}

extension ItemTags {
  private static let expected = """
    SELECT t.value AS tag, q.pk AS item_pk FROM queue_items q, json_each(q.tags) t
    WHERE q.tags IS NOT NULL AND json_type(q.tags) = 'array' AND t.type = 'text' AND t.value <> ''
    """

  private static let missing = "\(expected) EXCEPT SELECT tag, item_pk FROM queue_item_tags"
  private static let stray = "SELECT tag, item_pk FROM queue_item_tags EXCEPT \(expected)"

  private static let different = SQLStatement(
    """
    SELECT d.item_pk, max(d.is_missing), q.id FROM (
      SELECT item_pk, 1 AS is_missing FROM (\(missing))
      UNION ALL SELECT item_pk, 0 FROM (\(stray))) d
    LEFT JOIN queue_items q ON q.pk = d.item_pk
    GROUP BY d.item_pk ORDER BY d.item_pk LIMIT ?
    """)

  private static let remove = SQLStatement(
    "DELETE FROM queue_item_tags WHERE (tag, item_pk) IN (\(stray))")
  private static let add = SQLStatement("INSERT INTO queue_item_tags (tag, item_pk) \(missing)")

  func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    try transaction.fetchAll(Self.different, limit) { row in
      let key: Int64 = try row.value(at: 0)
      let isMissing: Bool = try row.value(at: 1)
      let id = try row.value(at: 2, as: ID<QueueItem>?.self)
      return Finding(
        check: name, entity: "queue_items \(id?.description ?? "with pk \(key)")",
        problem: isMissing ? "it is not found by its tags" : "it is found by tags it does not have")
    }
  }

  func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    let wrong = try transaction.fetchAll(Self.different, -1) { _ in true }.count
    guard wrong > 0 else { return 0 }
    try transaction.execute(Self.remove)
    try transaction.execute(Self.add)
    return wrong
  }
}
