extension Actions {
  static let offersOfAction = ActionOffer.select(
    "INDEXED BY action_offers_action WHERE action_id = ?1 ORDER BY pk DESC LIMIT ?2")
  static let offersOfAssistant = SQLStatement(
    """
    SELECT \(ActionOffer.selection), 0, pk FROM action_offers INDEXED BY action_offers_assistant
    WHERE assistant_id = ? AND status = ? AND pk > ? ORDER BY pk LIMIT ?
    """)
  static let nextLapse = SQLStatement(
    """
    SELECT expires_at FROM action_offers INDEXED BY action_offers_expiring
    WHERE status = 'open' AND expires_at > 0 ORDER BY expires_at LIMIT 1
    """)

  /// The offer with an id, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func findOffer(_ id: ID<ActionOffer>) throws -> ActionOffer? {
    try access.readOnce { try ActionOffer.fetchOne($0, Self.offerByID, id) }
  }

  /// The offers of an action, newest first.
  ///
  /// - Parameters:
  ///   - id: the action.
  ///   - limit: the maximum number of results, 1 to 1,000.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func offers(
    for id: ID<PendingAction>, limit: Int = PageLimit.standard
  ) throws -> [ActionOffer] {
    try access.readOnce { transaction in
      try ActionOffer.fetchAll(
        transaction, Self.offersOfAction, id, PageLimit.clamped(limit))
    }
  }

  /// The offers of an assistant with a status, oldest first.
  ///
  /// An expired offer is open until a sweep ends it; compare ``ActionOffer/expiresAt``.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func offers(
    _ status: ActionOffer.Status, to assistant: ID<Assistant>, after cursor: PageCursor? = nil,
    limit: Int = PageLimit.standard
  ) throws -> Page<ActionOffer> {
    try access.readOnce { transaction in
      try transaction.keyedPage(
        Self.offersOfAssistant, limit: limit, assistant, status, cursor?.key ?? 0)
    }
  }

  /// When the next open offer expires, for a program that sleeps until its next sweep; nil if there
  /// is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func nextOfferExpiresAt() throws -> Timestamp? {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.nextLapse) { row in try row.value(at: 0) }
    }
  }
}
