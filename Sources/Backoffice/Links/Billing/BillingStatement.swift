/// What a customer is charged for a billing period: the subscription, changes of tier, usage and
/// credits.
///
/// It is a statement, not an invoice: it knows no taxes. All amounts are exact, in minor units of their
/// currency.
public struct BillingStatement: Sendable, Hashable, Codable {
  /// The customer.
  public let customerID: ID<Customer>
  /// The billing period.
  public let period: BillingPeriod
  /// Whether usage that is recorded later counts in another period; see
  /// ``Usage/closePeriod(containing:of:)``.
  public let isClosed: Bool
  /// The lines: charges in the order in which they were made, then usage by meter, then adjustments of
  /// closed periods.
  public let lines: [Line]
  /// The sum of the lines in each currency, by its code.
  public let totals: [Money]
  /// The credits of the period.
  public let credits: CreditSummary

  /// A line of a statement.
  public struct Line: Sendable, Hashable, Codable {
    /// The kind of line.
    public let kind: Kind
    /// The tier of a charge; nil for usage.
    public let tier: SubscriptionTier?
    /// The meter of usage; nil for a charge.
    public let meter: Meter?
    /// The quantity used; nil for a charge.
    public let quantity: Int?
    /// The limit of the quantity; nil for a charge and for unlimited usage.
    public let limit: Int?
    /// The part of the price that is charged; nil for usage.
    public let part: ProratedPart?
    /// The amount; nil if the tier has no price or the usage has no amount.
    public let amount: Money?
    /// The start of the closed period that an adjustment came too late for; nil for other lines.
    public let adjustsPeriodFrom: Timestamp?
  }

  /// A kind of line.
  public enum Kind: String, TextEnum {
    /// The price of the whole period.
    case period
    /// Unused days of a tier that was changed, given back.
    case unused
    /// The remaining days of the period with a new tier.
    case remaining
    /// Usage of a meter.
    case usage
    /// Usage of a closed period that was recorded in this one.
    case adjustment
  }

  /// What happened to credits in a billing period.
  public struct CreditSummary: Sendable, Hashable, Codable {
    /// Credits granted: by the plan, and by grants that became effective or were refilled.
    public internal(set) var granted = 0
    /// Credits spent.
    public internal(set) var spent = 0
    /// Credits that expired without being used, at the end of the period included.
    public internal(set) var expired = 0
    /// Corrections.
    public internal(set) var adjusted = 0
    /// Use that no credits covered.
    public internal(set) var exceeded = 0
    /// Earlier use that was paid for.
    public internal(set) var repaid = 0
    /// Use that was forgiven.
    public internal(set) var forgiven = 0
  }
}

extension BillingStatement {
  /// The lines as CSV by RFC 4180, with a header; amounts in decimals of their currency.
  public var csv: String {
    var rows = ["kind,tier,meter,quantity,limit,days,out_of,amount,currency"]
    for line in lines {
      let cells: [String?] = [
        line.kind.rawValue, line.tier?.rawValue, line.meter?.rawValue,
        line.quantity.map(String.init), line.limit.map(String.init),
        line.part.map { String($0.days) }, line.part.map { String($0.outOf) },
        line.amount?.decimal, line.amount?.currency.code,
      ]
      rows.append(cells.map { Self.cell($0 ?? "") }.joined(separator: ","))
    }
    return rows.map { $0 + "\r\n" }.joined()
  }

  /// A word of a program may hold anything, and a spreadsheet takes some beginnings for a formula.
  private static func cell(_ text: String) -> String {
    var text = text
    if let first = text.unicodeScalars.first, "=+@\t\r".unicodeScalars.contains(first) {
      text = "'" + text
    }
    let isPlain = !text.unicodeScalars.contains { scalar in
      scalar == "," || scalar == "\"" || scalar == "\n" || scalar == "\r"
    }
    if isPlain { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  /// The statement as JSON with sorted keys; amounts in minor units.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> JSONText { try JSONText(encoding: self) }
}
