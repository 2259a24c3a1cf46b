extension Directories {
  private static let importBatch = 500

  /// Imports directories: creates those that are new, fills and updates those that are known.
  ///
  /// Directories are the same when their normalised addresses are. A field that a row leaves out
  /// or empty stays as it was. A row that says nothing new writes nothing, so a second import of
  /// the same rows changes nothing. Of several rows with one address the first counts.
  ///
  /// Rows are written in transactions of 500, so other writers get their turn; an import that was
  /// cut short is finished by another one. Inside a transaction of the caller's it is part of that.
  ///
  /// - Returns: what happened to the rows; refused ones are named, the rest goes in.
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be written.
  /// - Complexity: one index probe a row; keeps the addresses of all rows in memory.
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

/// An import that is under way.
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

/// What an import of directories did.
public struct DirectoryImportResult: Sendable, Hashable, Codable {
  /// Rows that became new directories.
  public fileprivate(set) var created = 0
  /// Rows that filled or changed something of a known directory.
  public fileprivate(set) var updated = 0
  /// Rows that said nothing new.
  public fileprivate(set) var unchanged = 0
  /// Rows that were refused; ``rejections`` names the first 1,000.
  public fileprivate(set) var rejected = 0
  /// The refused rows, in their order.
  public fileprivate(set) var rejections: [Rejection] = []
  /// How often a field of a known directory was empty and now is not.
  public fileprivate(set) var filled: [DirectoryField: Int] = [:]
  /// How often a field of a known directory had another value.
  public fileprivate(set) var changed: [DirectoryField: Int] = [:]

  /// A row that was refused, and why.
  public struct Rejection: Sendable, Hashable, Codable {
    /// Its place in the input, counted from 0.
    public let index: Int
    /// Why, and what to do.
    public let reason: String
  }

  fileprivate mutating func reject(_ index: Int, _ error: DirectoryError) {
    rejected += 1
    guard rejections.count < 1000 else { return }
    rejections.append(Rejection(index: index, reason: error.description))
  }
}
