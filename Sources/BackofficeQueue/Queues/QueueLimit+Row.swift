extension QueueLimit {
  /// What names a limit.
  struct Name: Hashable {
    let scope: Scope
    let name: String

    init(_ scope: Scope, _ name: String) {
      self.scope = scope
      self.name = name
    }
  }

  /// The row of a limit, as far as gates need it.
  struct Row: TableRow {
    static let tableName = "queue_limits"

    let key: Int64
    var isPaused: Bool
    var maxRunning: Int?
    let rate: Rate?

    private static let find = select("WHERE scope = ? AND name = ?")

    /// The limit of a name, or nil when there is none.
    static func find(
      _ name: Name, _ transaction: borrowing some Transaction & ~Copyable
    ) throws -> Row? {
      try fetchOne(transaction, find, name.scope, name.name)
    }

    /// The limit with what its group says where it says nothing.
    func with(_ group: Row?) -> Row {
      guard let group else { return self }
      var both = self
      both.isPaused = isPaused || group.isPaused
      both.maxRunning = maxRunning ?? group.maxRunning
      return both
    }

    /// The window of its rate as it stands now.
    func window(_ transaction: borrowing some Transaction & ~Copyable) throws -> RateWindow? {
      guard let rate else { return nil }
      let running = try transaction.fetchOne(GateState.ofWindow, key) { row in
        (
          startedAt: try row.value(at: 0, as: Timestamp.self),
          claims: try row.value(at: 1, as: Int.self)
        )
      }
      return RateWindow(
        limit: key, count: rate.count, length: .seconds(rate.seconds),
        startedAt: running?.startedAt, claims: running?.claims ?? 0)
    }
  }

  /// The name that holds for all keys of the group of `key`: `mail/*` for `mail/ada`.
  static func group(of key: String) -> String? {
    key.firstIndex(of: "/").map { key[...$0] + "*" }
  }

  /// Whether there are limits of kinds: then each claim has to look for that of its kind.
  static let ofKinds = RuleSwitch(
    tables: ["queue_limits"], "SELECT EXISTS (SELECT 1 FROM queue_limits WHERE scope = 'kind')")

  private static let summary = SQLStatement(
    """
    SELECT EXISTS (SELECT 1 FROM queue_limits WHERE scope = 'kind'),
      EXISTS (SELECT 1 FROM queue_limits WHERE rate_count IS NOT NULL)
    """)

  /// Whether any limit is of a kind, and whether any has a rate.
  static func summary(
    _ transaction: borrowing WriteTransaction
  ) throws -> (ofKinds: Bool, withRate: Bool) {
    let cache = transaction.cached(QueueCache.shared)
    if let known = cache.limits { return known }
    let found =
      try transaction.fetchOne(summary) { row in
        (
          ofKinds: try row.value(at: 0, as: Bool.self),
          withRate: try row.value(at: 1, as: Bool.self)
        )
      } ?? (ofKinds: false, withRate: false)
    cache.limits = found
    return found
  }
}

extension QueueLimit.Row {
  init(_ column: inout some RowColumns & ~Copyable) throws(ColumnError) {
    let key: Int64 = try column("pk")
    let isPaused: Bool = try column("is_paused")
    let maxRunning: Int? = try column("max_running")
    let count: Int? = try column("rate_count")
    let seconds: Int? = try column("rate_seconds")
    var rate: QueueLimit.Rate?
    if let count, let seconds { rate = QueueLimit.Rate(count, perSeconds: seconds) }
    self.init(key: key, isPaused: isPaused, maxRunning: maxRunning, rate: rate)
  }
}
