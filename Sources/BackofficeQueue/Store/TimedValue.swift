/// A derived value that changes with time alone, such as a number of overdue visits or a score that
/// decays.
///
/// It is stored as of an instant that the file keeps. Its triggers, its check and its rebuilding all compute
/// it for that instant, and its upkeep moves the instant on:
///
/// ```swift
/// struct OverdueVisits: TimedValue {
///   let name = "visits.overdue"
///   …
/// }
///
/// var rules: RuleSet { RuleSet(derivedValues: [OverdueVisits()]) }
/// var upkeep: [UpkeepTask] { [OverdueVisits().upkeep(every: .minutes(10), summary: "counts overdue visits")] }
/// ```
public protocol TimedValue: DerivedValue {
  /// Where the stored value differs from the one at `instant`, at most `limit` findings.
  ///
  /// - Throws: an error when the database cannot be read.
  /// - Complexity: may read whole tables.
  func findings(
    in transaction: borrowing ReadTransaction, asOf instant: Timestamp, limit: Int
  ) throws -> [Finding]

  /// Computes the value at `instant`, and writes it where it differs.
  ///
  /// - Returns: the number of changed rows.
  /// - Throws: an error when the database cannot be written.
  /// - Complexity: may read whole tables.
  func rebuild(in transaction: borrowing WriteTransaction, asOf instant: Timestamp) throws -> Int
}

extension TimedValue {
  private var setting: StoreSetting<Timestamp> {
    StoreSetting("instant.\(name)", default: .distantPast)
  }

  /// The instant for which the stored value was computed; the distant past before the first.
  ///
  /// - Throws: the errors of ``Settings/value(of:)``.
  public func instant(in transaction: borrowing ReadTransaction) throws -> Timestamp {
    try setting.value(in: transaction)
  }

  /// The instant for which the stored value was computed, for the triggers that keep it.
  ///
  /// - Throws: the errors of ``Settings/value(of:)``.
  public func instant(in transaction: borrowing WriteTransaction) throws -> Timestamp {
    try setting.value(in: transaction)
  }

  /// Where the stored value differs from the one at its instant.
  ///
  /// - Throws: the errors of ``findings(in:asOf:limit:)``.
  public func findings(
    in transaction: borrowing ReadTransaction, limit: Int
  ) throws -> [Finding] {
    try findings(in: transaction, asOf: instant(in: transaction), limit: limit)
  }

  /// Computes the value at its instant, and writes it where it differs.
  ///
  /// - Throws: the errors of ``rebuild(in:asOf:)``.
  public func rebuild(in transaction: borrowing WriteTransaction) throws -> Int {
    try rebuild(in: transaction, asOf: instant(in: transaction))
  }

  /// Moves the instant on to now, and computes the value for it.
  ///
  /// Nothing happens while the clock shows an earlier time than the instant.
  ///
  /// - Returns: the number of changed rows.
  /// - Throws: the errors of ``rebuild(in:asOf:)``.
  /// - Complexity: that of rebuilding.
  @discardableResult
  public func advance(in transaction: borrowing WriteTransaction) throws -> Int {
    let now = transaction.now
    guard try instant(in: transaction) < now else { return 0 }
    try transaction.settings.set(setting, to: now)
    return try rebuild(in: transaction, asOf: now)
  }

  /// The task of upkeep that moves the instant on, with the name of the value.
  ///
  /// - Parameters:
  ///   - interval: how far the value may be behind the clock; at least a second.
  ///   - summary: one line on what it does.
  public func upkeep(every interval: Duration, summary: String) -> UpkeepTask {
    UpkeepTask(name, every: interval, summary: summary) { transaction, page in
      page.count += try advance(in: transaction)
    }
  }
}
