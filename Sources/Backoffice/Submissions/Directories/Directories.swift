/// The catalogue of directories in which a business can be listed.
public struct Directories: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The catalogue of directories.
  public var directories: Directories { Directories(access) }
}

extension Directories {
  private static let byKey = Directory.select("WHERE url_key = ?")

  /// The directory with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(_ id: ID<Directory>) throws -> Directory? {
    try access.readOnce { try Directory.find(id, in: $0) }
  }

  /// The directory with an address in any spelling, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(url: String) throws -> Directory? {
    guard let key = DirectoryAddress.key(of: url) else { return nil }
    return try access.readOnce { try Directory.fetchOne($0, Self.byKey, key) }
  }

  static func find(
    key: String, in transaction: borrowing WriteTransaction
  ) throws -> Directory? {
    try Directory.fetchOne(transaction, byKey, key)
  }

  static func require(
    _ id: ID<Directory>, in transaction: borrowing some Transaction & ~Copyable
  ) throws -> Directory {
    guard let directory = try Directory.find(id, in: transaction) else {
      throw DirectoryError.unknownDirectory(id)
    }
    return directory
  }
}
