/// The people and programs that work on pending actions.
public struct Assistants: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// The people and programs that work on pending actions.
  public var assistants: Assistants { Assistants(access) }
}

extension Assistants {
  private static let byHandle = Assistant.select("WHERE handle = ?")
  private static let skillsOf = SQLStatement(
    "SELECT skill FROM assistant_skills WHERE assistant_id = ?")
  private static let loadOf = SQLStatement(
    """
    SELECT count(*) FROM pending_actions
    WHERE assistant_id = ? AND status IN ('assigned', 'in_progress')
    """)
  static let inOrder = SQLStatement(
    """
    SELECT \(Assistant.selection), 0, pk FROM assistants WHERE pk > ? ORDER BY pk LIMIT ?
    """)

  /// The assistant with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func find(_ id: ID<Assistant>) throws -> Assistant? {
    try access.readOnce { try Assistant.find(id, in: $0) }
  }

  /// The assistant with a handle, or nil if there is none.
  ///
  /// The comparison is case-sensitive.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func find(handle: String) throws -> Assistant? {
    try access.readOnce { try Assistant.fetchOne($0, Self.byHandle, handle.keyForm) }
  }

  /// The kinds of action that an assistant can perform; empty if the assistant does not exist.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func skills(of id: ID<Assistant>) throws -> Set<ActionKind> {
    try access.readOnce { transaction in
      let words = try transaction.fetchAll(Self.skillsOf, id) { row in
        try row.value(at: 0, as: String.self)
      }
      return Set(words.compactMap(ActionKind.init(rawValue:)))
    }
  }

  /// The number of an assistant's current actions, exact even inside a transaction.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to that number.
  public func load(of id: ID<Assistant>) throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.loadOf, id) { row in try row.value(at: 0) } ?? 0
    }
  }

  /// All assistants, in the order in which they were added.
  ///
  /// - Parameters:
  ///   - cursor: where the page before ended; nil for the first one.
  ///   - limit: the maximum number of results, 1 to 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func list(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<Assistant> {
    try access.readOnce { transaction in
      try transaction.keyedPage(Self.inOrder, limit: limit, cursor?.key ?? 0)
    }
  }
}
