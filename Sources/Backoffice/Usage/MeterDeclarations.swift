/// What programs have declared about meters, read once per change of the table.
final class MeterDeclarations {
  struct Declaration {
    var marks: [UsageMark] = [.percent(80)]
    var isGauge = false
  }

  var byMeter: [Meter: Declaration]?

  static let shared = CachedValue(tables: ["usage_meters"]) { MeterDeclarations() }
}

extension WriteTransaction {
  /// What is declared about a meter.
  func declaration(of meter: Meter) throws -> MeterDeclarations.Declaration {
    let cache = cached(MeterDeclarations.shared)
    if let known = cache.byMeter { return known[meter] ?? MeterDeclarations.Declaration() }
    var declarations: [Meter: MeterDeclarations.Declaration] = [:]
    try forEach(Usage.allMeters) { row in
      declarations[try row.value(at: 0, as: Meter.self)] = MeterDeclarations.Declaration(
        marks: [UsageMark](text: try row.value(at: 1)), isGauge: try row.value(at: 2))
      return true
    }
    cache.byMeter = declarations
    return declarations[meter] ?? MeterDeclarations.Declaration()
  }
}

extension Usage {
  static let allMeters = SQLStatement("SELECT meter, marks, is_gauge FROM usage_meters")
  private static let putGauge = SQLStatement(
    """
    INSERT INTO usage_meters (meter, is_gauge, created_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (meter) DO UPDATE SET is_gauge = ?2
    """)
  private static let gauge = SQLStatement("SELECT is_gauge FROM usage_meters WHERE meter = ?")
  static let levelOfGauge = SQLStatement(
    """
    SELECT coalesce(sum(quantity_sum), 0) FROM usage_records
    WHERE customer_id = ? AND period_kind = 'month' AND meter = ?
    """)

  /// Declares whether a meter is a gauge: a level, such as sites in use, that no period resets.
  ///
  /// A limit of a gauge applies to the level: what has been added minus what has been taken away by
  /// events with a negative quantity.
  ///
  /// - Throws: ``UsageError/invalidEvent(key:_:)`` if the meter has no name.
  public func setGauge(_ isGauge: Bool, of meter: Meter) throws {
    guard !meter.rawValue.isEmpty else { throw UsageError.invalidEvent(key: "", .emptyMeter) }
    try access.write { transaction in
      _ = try transaction.execute(Self.putGauge, meter, isGauge, transaction.now)
    }
  }

  /// Whether a meter is declared to be a gauge.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: one index lookup.
  public func isGauge(_ meter: Meter) throws -> Bool {
    try access.readOnce { transaction in
      try transaction.fetchOne(Self.gauge, meter) { row in try row.value(at: 0) } ?? false
    }
  }

  /// The level of a gauge: the sum of all events of the customer.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: reads the customer's kept sums by month.
  public func level(of meter: Meter, for customer: ID<Customer>) throws -> Int {
    try access.readOnce { transaction in
      try Self.level(of: meter, for: customer, in: transaction)
    }
  }

  static func level(
    of meter: Meter, for customer: ID<Customer>,
    in transaction: borrowing some Transaction & ~Copyable
  ) throws -> Int {
    try transaction.fetchOne(levelOfGauge, customer, meter) { row in try row.value(at: 0) } ?? 0
  }
}
