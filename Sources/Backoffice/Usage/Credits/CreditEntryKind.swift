/// How an entry of the credit ledger changes the balance of a customer.
///
/// Every kind changes granted, reserved and spent by fixed amounts, so a balance is the sum of its
/// ledger in any order.
public enum CreditEntryKind: String, TextEnum {
  /// Credits are granted: granted increases.
  case grant
  /// Credits are reserved by a hold: reserved increases.
  case reserve
  /// Reserved credits are spent: reserved decreases, spent increases.
  case spend
  /// Reserved credits are released: reserved decreases.
  case release
  /// Unused credits expire: granted decreases.
  case expire
  /// A signed correction: granted increases or decreases.
  case adjust
  /// A billing period ends: the credits spent in it are deducted from both granted and spent.
  case settle
  /// Credits are spent without having been reserved: spent increases.
  case use
  /// Use that no credits cover: overage increases.
  case exceed
  /// Credits pay for earlier overage: overage decreases, spent increases.
  case repay
  /// Overage is forgiven at the end of a billing period: overage decreases.
  case forgive
  /// A signed correction for use that was recorded late: granted increases or decreases.
  case correct
}

/// The changes that an entry makes to a balance.
struct CreditDelta {
  var granted = 0
  var reserved = 0
  var spent = 0
  var overage = 0

  /// The change of what remains.
  var free: Int { granted.subtracting(reserved).subtracting(spent) }
}

extension CreditEntryKind {
  /// The change that an entry of this kind makes to a balance.
  func delta(of credits: Int) -> CreditDelta {
    switch self {
    case .grant, .adjust, .correct: CreditDelta(granted: credits)
    case .expire: CreditDelta(granted: -credits)
    case .reserve: CreditDelta(reserved: credits)
    case .release: CreditDelta(reserved: -credits)
    case .spend: CreditDelta(reserved: -credits, spent: credits)
    case .settle: CreditDelta(granted: -credits, spent: -credits)
    case .use: CreditDelta(spent: credits)
    case .exceed: CreditDelta(overage: credits)
    case .repay: CreditDelta(spent: credits, overage: -credits)
    case .forgive: CreditDelta(overage: -credits)
    }
  }

  // The same changes over `credit_entries e`, one SQL expression per column.
  static let sqlGranted = sum { $0.granted }
  static let sqlReserved = sum { $0.reserved }
  static let sqlSpent = sum { $0.spent }
  static let sqlOverage = sum { $0.overage }

  /// An SQL expression for one column of the change that an entry makes.
  private static func sum(_ part: (CreditDelta) -> Int) -> String {
    let cases = allCases.compactMap { kind -> String? in
      let sign = part(kind.delta(of: 1))
      return sign == 0 ? nil : "WHEN '\(kind.rawValue)' THEN \(sign < 0 ? "-" : "")e.credits"
    }
    return "CASE e.kind \(cases.joined(separator: " ")) ELSE 0 END"
  }
}
