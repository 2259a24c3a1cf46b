public import BackofficeStorage

extension NewQueueItem {
  /// Words to find the item by, in ``documents``; at most ``WorkQueue/mostTags``.
  public var tags: [String] {
    get { documents.tagList }
    set { documents.tagList = newValue }
  }
}

extension QueueItem {
  /// Words to find the item by.
  public var tags: [String] { documents.tagList }
}

extension QueueItem.Documents {
  /// The texts of ``tags``; none when another program has written something else there.
  var tagList: [String] {
    get { tags == .emptyArray ? [] : (try? tags.decode([String].self)) ?? [] }
    set { tags = newValue.isEmpty ? .emptyArray : (try? JSONText(encoding: newValue)) ?? tags }
  }

  /// Refuses what cannot be found by.
  func validateTags() throws(QueueError) {
    if tags == .emptyArray { return }
    guard let list = try? tags.decode([String].self) else {
      throw .invalid(field: "tags", reason: "they are not a list of texts")
    }
    try QueueError.require(
      list.count <= WorkQueue.mostTags, "tags", "they are \(WorkQueue.mostTags) at most")
    try QueueError.require(
      list.allSatisfy { !$0.isEmpty && $0.utf8.count <= WorkQueue.longestTag }, "tags",
      "each has 1 to \(WorkQueue.longestTag) bytes of UTF-8")
  }
}

extension WorkQueue {
  /// The most tags of an item: 32.
  public static let mostTags = 32
  /// The longest tag, in bytes of UTF-8: 128.
  public static let longestTag = 128

  private static let writeTags = SQLStatement(
    "UPDATE queue_items SET tags = ?2, updated_at = ?3 WHERE id = ?1")

  /// Gives an item other tags, whatever its status; an empty list takes them away.
  ///
  /// It is found by the new ones in the same transaction.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(t log n) for t tags.
  public func setTags(_ tags: [String], of id: ID<QueueItem>) throws {
    var documents = QueueItem.Documents()
    documents.tagList = tags
    try documents.validateTags()
    let text = documents.tags
    try access.write { transaction in
      let changed = try transaction.execute(Self.writeTags, id, text, transaction.now)
      if changed == 0 { throw QueueError.noSuchItem(id) }
    }
  }

  // In the order in which the items came. CROSS JOIN keeps the tag in front.
  static let waitingOfTag = SQLStatement(
    """
    SELECT i.id, i.queue, i.priority, i.status, i.pk
    FROM queue_item_tags t CROSS JOIN queue_items i ON i.pk = t.item_pk
    WHERE t.tag = ?1 AND t.item_pk > ?2 ORDER BY t.item_pk LIMIT ?3
    """)

  static let ofTag = SQLStatement(
    """
    SELECT \(QueueItem.columns.map { "i.\($0)" }.joined(separator: ", ")), i.pk
    FROM queue_item_tags t CROSS JOIN queue_items i ON i.pk = t.item_pk
    WHERE t.tag = ?1 AND t.item_pk < ?2 AND instr(?3, ',' || i.status || ',') > 0
    ORDER BY t.item_pk DESC LIMIT ?4
    """)

  static let deadOfTag = SQLStatement(
    """
    SELECT i.id, i.kind, i.error_code, i.finished_at, i.pk, i.queue, i.status
    FROM queue_item_tags t CROSS JOIN queue_items i ON i.pk = t.item_pk
    WHERE t.tag = ?1 AND t.item_pk > ?2 ORDER BY t.item_pk LIMIT ?3
    """)
}
