extension Directories {
  private static let categoryExists = SQLStatement(
    "SELECT 1 FROM directory_categories WHERE id = ?")
  private static let setActive = SQLStatement(
    """
    UPDATE directories SET is_active = ?2, updated_at = ?3 WHERE id = ?1 AND is_active <> ?2
    """)
  private static let setVerified = SQLStatement(
    "UPDATE directories SET last_verified_at = ?2, updated_at = ?2 WHERE id = ?1")

  /// Creates a directory.
  ///
  /// The call is one transaction. If it throws, nothing has changed.
  ///
  /// - Throws: ``DirectoryError/emptyName``, ``DirectoryError/invalidAddress(_:)``,
  ///   ``DirectoryError/duplicateAddress(key:existing:)``,
  ///   ``DirectoryError/unknownCategory(_:)``,
  ///   ``DirectoryError/outOfRange(field:value:allowed:)``, or
  ///   ``DirectoryError/wrongShape(field:expected:)``.
  @discardableResult
  public func create(_ new: NewDirectory) throws -> Directory {
    guard !new.name.isEmpty else { throw DirectoryError.emptyName }
    let key = try new.validated()
    return try access.write { transaction in
      try Self.checkCategory(new.category, in: transaction)
      if let existing = try Self.find(key: key, in: transaction) {
        throw DirectoryError.duplicateAddress(key: key, existing: existing.id)
      }
      return try transaction.insert(
        Directory(id: transaction.makeID(), new: new, addressKey: key, at: transaction.now))
    }
  }

  /// Changes a directory.
  ///
  /// The call is one transaction. An edit that changes nothing writes nothing.
  ///
  /// - Returns: the updated directory.
  /// - Throws: ``DirectoryError/unknownDirectory(_:)``, the errors of ``create(_:)``, and any error
  ///   that `edit` throws.
  @discardableResult
  public func update(
    _ id: ID<Directory>, _ edit: (inout Directory) throws -> Void
  ) throws -> Directory {
    try access.write { transaction in
      let old = try Self.require(id, in: transaction)
      var new = old
      try edit(&new)
      guard new != old else { return old }
      // The closure could have replaced the directory with another one.
      guard new.id == old.id else { throw DirectoryError.unknownDirectory(new.id) }
      new.addressKey = try new.validated()
      if new.addressKey != old.addressKey,
        let existing = try Self.find(key: new.addressKey, in: transaction)
      {
        throw DirectoryError.duplicateAddress(key: new.addressKey, existing: existing.id)
      }
      if new.category != old.category { try Self.checkCategory(new.category, in: transaction) }
      new.counters = old.counters
      new.updatedAt = transaction.now
      return try transaction.update(new, from: old) ?? new
    }
  }

  /// Closes a directory for new submissions.
  ///
  /// Its existing submissions are not affected. Repeating the call changes nothing.
  ///
  /// - Throws: ``DirectoryError/unknownDirectory(_:)``.
  public func deactivate(_ id: ID<Directory>) throws { try setActive(id, false) }

  /// Opens a directory for new submissions again.
  ///
  /// Repeating the call changes nothing.
  ///
  /// - Throws: ``DirectoryError/unknownDirectory(_:)``.
  public func activate(_ id: ID<Directory>) throws { try setActive(id, true) }

  private func setActive(_ id: ID<Directory>, _ isActive: Bool) throws {
    try access.write { transaction in
      if try transaction.execute(Self.setActive, id, isActive, transaction.now) == 0 {
        _ = try Self.require(id, in: transaction)
      }
    }
  }

  /// Records that the data of a directory were verified now.
  ///
  /// - Throws: ``DirectoryError/unknownDirectory(_:)``.
  public func markVerified(_ id: ID<Directory>) throws {
    try access.write { transaction in
      guard try transaction.execute(Self.setVerified, id, transaction.now) > 0 else {
        throw DirectoryError.unknownDirectory(id)
      }
    }
  }

  static func checkCategory(
    _ category: ID<DirectoryCategory>?, in transaction: borrowing WriteTransaction
  ) throws {
    guard let category else { return }
    let exists: Int? = try transaction.fetchOne(Self.categoryExists, category) { row in
      try row.value(at: 0)
    }
    if exists == nil { throw DirectoryError.unknownCategory(category) }
  }
}
