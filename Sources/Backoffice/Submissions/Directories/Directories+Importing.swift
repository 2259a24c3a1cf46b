extension Directories {
  private static let importBatch = 500

  /// Imports directories: creates new ones, and completes and updates existing ones.
  ///
  /// Directories are matched by their normalised address. A field that a row omits or leaves empty
  /// is kept. A row without changes writes nothing, so importing the same rows again changes
  /// nothing. If several rows have the same address, only the first is used.
  ///
  /// Rows are written in transactions of 500, so other writers are not blocked; an interrupted
  /// import can be repeated. In the caller's transaction, all rows are part of it.
  ///
  /// - Returns: the result; rejected rows are listed and do not stop the import.
  /// - Throws: `StorageError` with `closed`, `readOnlyStore`, `busy`, `writerBusy`; `SQLiteError`.
  /// - Complexity: one index lookup per row; holds the addresses of all rows in memory.
  @discardableResult
  public func importAll(_ rows: some Sequence<NewDirectory>) throws -> DirectoryImportResult {
    var state = DirectoryImport()
    var iterator = rows.makeIterator()
    while true {
      var batch: [NewDirectory] = []
      while batch.count < Self.importBatch, let row = iterator.next() { batch.append(row) }
      guard !batch.isEmpty else { return state.result }
      let before = state
      state = try access.write { transaction in
        var state = before
        for row in batch { try state.take(row, in: transaction) }
        return state
      }
    }
  }
}

/// The state of a running import.
private struct DirectoryImport {
  var result = DirectoryImportResult()
  private var firstIndices: [String: Int] = [:]
  private var nextIndex = 0

  mutating func take(_ row: NewDirectory, in transaction: borrowing WriteTransaction) throws {
    let index = nextIndex
    nextIndex += 1
    do {
      let key = try row.validated()
      if let first = firstIndices[key] {
        throw DirectoryError.duplicateInInput(key: key, firstIndex: first)
      }
      try write(row, key: key, in: transaction)
      firstIndices[key] = index
    } catch {
      guard let refusal = error as? DirectoryError else { throw error }
      result.reject(index, refusal)
    }
  }

  private mutating func write(
    _ row: NewDirectory, key: String, in transaction: borrowing WriteTransaction
  ) throws {
    try Directories.checkCategory(row.category, in: transaction)
    guard let known = try Directories.find(key: key, in: transaction) else {
      guard !row.name.isEmpty else { throw DirectoryError.emptyName }
      try transaction.insert(
        Directory(id: transaction.makeID(), new: row, addressKey: key, at: transaction.now))
      result.created += 1
      return
    }
    var directory = known
    let merge = directory.merge(row)
    guard !merge.isEmpty else {
      result.unchanged += 1
      return
    }
    directory.updatedAt = transaction.now
    try transaction.update(directory, from: known)
    result.updated += 1
    for field in merge.filled { result.filled[field, default: 0] += 1 }
    for field in merge.changed { result.changed[field, default: 0] += 1 }
  }
}

/// The result of an import of directories.
public struct DirectoryImportResult: Sendable, Hashable, Codable {
  /// The number of directories created.
  public fileprivate(set) var created = 0
  /// The number of rows that changed a directory.
  public fileprivate(set) var updated = 0
  /// The number of rows without changes.
  public fileprivate(set) var unchanged = 0
  /// The number of rejected rows; ``rejections`` lists the first 1,000.
  public fileprivate(set) var rejected = 0
  /// The rejected rows, in order.
  public fileprivate(set) var rejections: [Rejection] = []
  /// The number of times that an empty field of an existing directory was filled, by field.
  public fileprivate(set) var filled: [DirectoryField: Int] = [:]
  /// The number of times that a field of an existing directory was changed, by field.
  public fileprivate(set) var changed: [DirectoryField: Int] = [:]

  /// A rejected row.
  public struct Rejection: Sendable, Hashable, Codable {
    /// The index of the row in the input.
    public let index: Int
    /// The reason, and how to resolve it.
    public let reason: String
  }

  fileprivate mutating func reject(_ index: Int, _ error: DirectoryError) {
    rejected += 1
    guard rejections.count < 1000 else { return }
    rejections.append(Rejection(index: index, reason: error.description))
  }
}
