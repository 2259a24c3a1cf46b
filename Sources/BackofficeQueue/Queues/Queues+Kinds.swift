extension Queues {
  private static let writeKind = SQLStatement(
    """
    INSERT INTO queue_kinds (kind, policy_pk, created_at, updated_at) VALUES (?1, ?2, ?3, ?3)
    ON CONFLICT (kind) DO UPDATE SET policy_pk = ?2, updated_at = ?3
    """)

  static let findKind = SQLStatement("SELECT policy_pk FROM queue_kinds WHERE kind = ?")

  private static let kindPage = SQLStatement(
    """
    SELECT \(ItemPolicy.selection(of: "p")), k.kind
    FROM queue_kinds k JOIN queue_policies p ON p.pk = k.policy_pk
    WHERE k.kind > ?1 ORDER BY k.kind LIMIT ?2
    """)

  /// Declares kinds of work, or changes their policies, in one transaction.
  ///
  /// - Throws: ``QueueError/invalid(field:reason:)``; then no kind is declared.
  /// - Complexity: O(k log n) for k kinds.
  public func declare(_ kinds: [KindPolicy]) throws {
    for kind in kinds {
      try QueueError.requireName(kind.kind, "kind")
      try kind.policy.validate()
    }
    try access.write { transaction in
      for kind in kinds {
        try transaction.execute(
          Self.writeKind, kind.kind.keyForm, try kind.policy.key(transaction), transaction.now)
      }
    }
  }

  /// Sets whether only declared kinds are accepted.
  ///
  /// Enqueueing any other kind then throws ``QueueError/unknownKind(_:)``. The setting is stored in
  /// the file and applies to all processes.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be written.
  public func acceptOnlyDeclaredKinds(_ isClosed: Bool = true) throws {
    try Settings(access: access).set(.acceptsOnlyDeclaredKinds, to: isClosed)
  }

  /// Lists the declared kinds, by name.
  ///
  /// - Parameters:
  ///   - kind: where to start; empty for the beginning.
  ///   - limit: the maximum number of kinds, for a page of them; nil for all.
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  /// - Complexity: O(m) in the number of kinds returned.
  public func kinds(after kind: String = "", limit: Int? = nil) throws -> [KindPolicy] {
    try access.readOnce { transaction in
      try transaction.fetchAll(
        Self.kindPage, kind.keyForm, limit.map(PageLimit.clamped) ?? -1
      ) { row in
        KindPolicy(try row.value(at: ItemPolicy.columns.count), try ItemPolicy(row))
      }
    }
  }
}

extension StoreSetting<Bool> {
  static let acceptsOnlyDeclaredKinds = StoreSetting(
    "queue.accepts_only_declared_kinds", default: false)
}
