/// What customers are charged.
public struct Billing: Sendable {
  let access: DatabaseAccess

  package init(_ access: DatabaseAccess) { self.access = access }
}

extension RepositoryProvider where Self: ~Copyable {
  /// What customers are charged.
  public var billing: Billing { Billing(access) }
}

/// An error that ``Billing`` throws.
public enum BillingError: Error, Sendable, Hashable {
  /// The customer has no billing period at that time.
  case noPeriod(ID<Customer>, at: Timestamp)
  /// The amounts in a currency do not add up within 64 bits.
  case totalOutOfRange(ID<Customer>, Currency)
}

extension BillingError: CustomStringConvertible {
  /// A message that says what failed, for whom, and how to resolve it.
  public var description: String {
    switch self {
    case .noPeriod(let customer, let at):
      "Customer \(customer) has no billing period at \(at): open a subscription, or pass a time within "
        + "one of its periods."
    case .totalOutOfRange(let customer, let currency):
      "The amounts of customer \(customer) in \(currency) do not fit in 64 bits: use a larger unit."
    }
  }
}

extension Billing {
  static let credits = SQLStatement(
    """
    SELECT kind, sum(credits) FROM credit_entries WHERE customer_id = ?1 AND period_start_at = ?2
      AND (kind = 'grant' OR kind = 'expire' OR kind = 'adjust' OR kind = 'settle' OR kind = 'exceed' OR kind = 'repay'
        OR kind = 'forgive' OR kind = 'correct')
    GROUP BY kind
    """)

  /// The statement of a customer for the billing period that contains an instant.
  ///
  /// It reads sums that are kept as usage is recorded, and not the usage itself. The statement of a
  /// period that has not ended is provisional; that of an ended one changes only by late usage, until
  /// ``Usage/closePeriod(containing:of:)`` makes it final.
  ///
  /// - Parameters:
  ///   - customer: the customer; the id of a merged one means the survivor.
  ///   - instant: an instant within the period; nil for now.
  /// - Throws: ``BillingError/noPeriod(_:at:)``, ``BillingError/totalOutOfRange(_:_:)``.
  /// - Complexity: proportional to the charges, the meters, and the late usage and credit changes other
  ///   than use of the period.
  public func statement(
    of customer: ID<Customer>, containing instant: Timestamp? = nil
  ) throws -> BillingStatement {
    try access.readOnce { transaction in
      let customer = try transaction.survivorID(of: customer) ?? customer
      let instant = instant ?? transaction.now
      guard let terms = try BillingTerms.find(customer, in: transaction),
        let found = try terms.period(at: instant, of: customer, in: transaction)
      else { throw BillingError.noPeriod(customer, at: instant) }
      let period = BillingPeriod(unchecked: found.start, found.end)
      let lines = try Self.lines(of: customer, found, in: transaction)
      return BillingStatement(
        customerID: customer, period: period,
        isClosed: try transaction.isClosed(period.start, of: customer), lines: lines,
        totals: try Self.totals(lines, of: customer),
        credits: try Self.summary(of: customer, period, in: transaction))
    }
  }

  private static func lines(
    of customer: ID<Customer>, _ period: UsagePeriod, in transaction: borrowing ReadTransaction
  ) throws -> [BillingStatement.Line] {
    let charges = try transaction.subscriptions.charges(of: customer, inPeriodFrom: period.start)
    let usage = try UsageRecord.fetchAll(
      transaction, Usage.recordsOfPeriod, customer, UsagePeriodKind.billingPeriod, period.key)
    let adjustments = try transaction.usage.adjustments(of: customer, inPeriodFrom: period.start)
    return charges.map { charge in
      BillingStatement.Line(
        kind: charge.kind.line, tier: charge.tier, meter: nil, quantity: nil, limit: nil,
        part: charge.part, amount: charge.amount, adjustsPeriodFrom: nil)
    }
      + usage.map { record in
        // What came too late for a closed period has lines of its own.
        let late = adjustments.filter { $0.meter == record.meter }
        let amount = late.reduce(record.amount) { sum, line in
          guard let sum, let amount = line.amount else { return sum }
          return (try? sum.subtracting(amount)) ?? sum
        }
        return BillingStatement.Line(
          kind: .usage, tier: nil, meter: record.meter,
          quantity: late.reduce(record.quantity) { $0.subtracting($1.quantity) },
          limit: record.limit, part: nil, amount: amount, adjustsPeriodFrom: nil)
      }
      + adjustments.map { line in
        BillingStatement.Line(
          kind: .adjustment, tier: nil, meter: line.meter, quantity: line.quantity, limit: nil,
          part: nil, amount: line.amount, adjustsPeriodFrom: line.periodStart)
      }
  }

  private static func totals(
    _ lines: [BillingStatement.Line], of customer: ID<Customer>
  ) throws -> [Money] {
    var sums: [Currency: Money] = [:]
    for amount in lines.compactMap(\.amount) {
      do {
        sums[amount.currency] = try sums[amount.currency]?.adding(amount) ?? amount
      } catch {
        throw BillingError.totalOutOfRange(customer, amount.currency)
      }
    }
    return sums.values.sorted { $0.currency.code < $1.currency.code }
  }

  private static func summary(
    of customer: ID<Customer>, _ period: BillingPeriod,
    in transaction: borrowing ReadTransaction
  ) throws -> BillingStatement.CreditSummary {
    var summary = BillingStatement.CreditSummary()
    try transaction.forEach(credits, customer, period.start) { row in
      let sum: Int = try row.value(at: 1)
      switch try row.value(at: 0, as: CreditEntryKind.self) {
      case .grant: summary.granted.add(sum)
      case .expire: summary.expired.add(sum)
      case .adjust, .correct: summary.adjusted.add(sum)
      case .settle: summary.spent.add(sum)
      case .exceed: summary.exceeded.add(sum)
      case .repay: summary.repaid.add(sum)
      case .forgive: summary.forgiven.add(sum)
      case .reserve, .release, .spend, .use: break
      }
      return true
    }
    // The spent credits of the current period have not been settled.
    let balance = try CreditBalance.find(customer, in: transaction)
    if let balance, balance.periodStart == period.start { summary.spent.add(balance.spent) }
    return summary
  }
}

extension SubscriptionCharge.Kind {
  fileprivate var line: BillingStatement.Kind {
    switch self {
    case .period: .period
    case .unused: .unused
    case .remaining: .remaining
    }
  }
}
