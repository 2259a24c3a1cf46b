extension WorkQueue {
  /// The most tags of an item: 32.
  public static let mostTags = 32
  /// The longest tag, in bytes of UTF-8: 128.
  public static let longestTag = 128

  private static let writeTags = SQLStatement(
    "UPDATE queue_items SET tags = ?2, updated_at = ?3 WHERE id = ?1")

  /// Replaces the tags of an item, in any status; an empty list removes them.
  ///
  /// It is found by the new ones in the same transaction.
  ///
  /// - Throws: ``QueueError/noSuchItem(_:)``, ``QueueError/invalid(field:reason:)``.
  /// - Complexity: O(t log n) for t tags.
  public func setTags(_ tags: [String], of id: ID<QueueItem>) throws {
    let list = TagList(tags.map(\.keyForm))
    try list.validate()
    try access.write { transaction in
      let changed = try transaction.execute(Self.writeTags, id, list, transaction.now)
      if changed == 0 { throw QueueError.noSuchItem(id) }
    }
  }
}
