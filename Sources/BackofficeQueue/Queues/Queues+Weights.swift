extension Queues {
  private static let writeWeight = SQLStatement(
    """
    INSERT INTO queue_weights (account, weight, updated_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (account) DO UPDATE SET weight = ?2, updated_at = ?3 WHERE weight <> ?2
    """)

  private static let dropWeight = SQLStatement("DELETE FROM queue_weights WHERE account = ?")

  static let findWeight = SQLStatement(
    "SELECT weight FROM queue_weights WHERE account = ?")

  /// Sets how large the share of an account is in fair queues.
  ///
  /// It is stored in the file and applies from the next turn of the account.
  ///
  /// - Parameters:
  ///   - weight: 1, the share of an account without a weight, to 1,000.
  ///   - account: the account.
  /// - Throws: ``QueueError/invalid(field:reason:)``.
  public func setWeight(_ weight: Int, of account: Account) throws {
    try account.validate()
    try QueueError.require((1...1000).contains(weight), "weight", "must be 1 to 1,000")
    try access.write { transaction in
      if weight == 1 {
        try transaction.execute(Self.dropWeight, account.keyForm)
      } else {
        try transaction.execute(
          Self.writeWeight, account.keyForm, weight, transaction.now)
      }
    }
  }

  /// The weight of an account in fair queues, 1 by default.
  ///
  /// - Throws: `StorageError`, `SQLiteError` when the database cannot be read.
  public func weight(of account: Account) throws -> Int {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.findWeight, account.keyForm) { try $0.value(at: 0) } ?? 1
    }
  }
}
