/// The tags of an item: a JSON list of texts in the file, NULL for none.
struct TagList: Sendable, Hashable {
  var texts: [String]

  init(_ texts: [String] = []) { self.texts = texts }

  /// Refuses tags that an item cannot be found by.
  func validate() throws(QueueError) {
    try QueueError.require(
      texts.count <= WorkQueue.mostTags, "tags", "an item has at most \(WorkQueue.mostTags)")
    for tag in texts {
      try QueueError.requireName(tag, "tags", most: WorkQueue.longestTag)
    }
  }
}

extension TagList: ColumnConvertible {
  func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    guard !texts.isEmpty, let text = try? JSONText(encoding: texts) else {
      return try parameter.bindNull()
    }
    try text.bind(to: parameter)
  }

  // A list that another program wrote may hold anything; only its texts are tags.
  static func decode(_ column: borrowing ColumnValue) -> TagList? {
    if column.isNull { return TagList() }
    return JSONText.decode(column).map { TagList((try? $0.decode([String].self)) ?? []) }
  }
}
