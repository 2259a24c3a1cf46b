/// The categories of directories.
///
/// Every store contains 13 built-in categories.
public struct DirectoryCategories: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }

  private static let all = DirectoryCategory.select(
    "WHERE is_active = 1 ORDER BY sort_order, pk LIMIT ?")
  private static let bySlug = DirectoryCategory.select("WHERE slug = ?")

  /// The active categories in their sort order.
  ///
  /// - Parameter limit: the maximum number of categories; 1,000 by default and at most.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index scan.
  public func list(limit: Int = PageLimit.maximum) throws -> [DirectoryCategory] {
    try access.readOnce { transaction in
      try DirectoryCategory.fetchAll(transaction, Self.all, PageLimit.clamped(limit))
    }
  }

  /// The category with a slug, active or not, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(slug: String) throws -> DirectoryCategory? {
    try access.readOnce { try DirectoryCategory.fetchOne($0, Self.bySlug, slug) }
  }

  /// The category with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func find(_ id: ID<DirectoryCategory>) throws -> DirectoryCategory? {
    try access.readOnce { try DirectoryCategory.find(id, in: $0) }
  }

  /// Creates a category.
  ///
  /// The call is one transaction. If it throws, nothing has changed.
  ///
  /// - Throws: ``DirectoryError/invalidSlug(_:)``, ``DirectoryError/emptyName``, or
  ///   ``DirectoryError/duplicateSlug(_:existing:)``.
  @discardableResult
  public func create(_ new: NewDirectoryCategory) throws -> DirectoryCategory {
    guard Self.isSlug(new.slug) else { throw DirectoryError.invalidSlug(new.slug) }
    guard !new.displayName.isEmpty else { throw DirectoryError.emptyName }
    return try access.write { transaction in
      if let existing = try DirectoryCategory.fetchOne(transaction, Self.bySlug, new.slug) {
        throw DirectoryError.duplicateSlug(new.slug, existing: existing.id)
      }
      return try transaction.insert(
        DirectoryCategory(id: transaction.makeID(), new: new, at: transaction.now))
    }
  }

  private static func isSlug(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
      }
  }
}

extension DirectoryCategory {
  /// The built-in category General Business, for directories that fit no other category.
  public static let general = ID<DirectoryCategory>(
    high: 0x018c_c251_f400_7000, low: 0x8000_0000_0000_0004)
}

extension RepositoryProvider where Self: ~Copyable {
  /// The categories of directories.
  public var directoryCategories: DirectoryCategories { DirectoryCategories(access) }
}
