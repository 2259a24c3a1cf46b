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
}

extension CreditEntryKind {
  /// The change that an entry of this kind makes to a balance.
  func delta(of credits: Int) -> (granted: Int, reserved: Int, spent: Int) {
    switch self {
    case .grant, .adjust: (credits, 0, 0)
    case .expire: (-credits, 0, 0)
    case .reserve: (0, credits, 0)
    case .release: (0, -credits, 0)
    case .spend: (0, -credits, credits)
    case .settle: (-credits, 0, -credits)
    }
  }

  /// The same changes as sums over `credit_entries e`, one SQL expression per column.
  static let sqlGranted =
    "CASE e.kind WHEN 'grant' THEN e.credits WHEN 'adjust' THEN e.credits "
    + "WHEN 'expire' THEN -e.credits WHEN 'settle' THEN -e.credits ELSE 0 END"
  static let sqlReserved =
    "CASE e.kind WHEN 'reserve' THEN e.credits WHEN 'release' THEN -e.credits "
    + "WHEN 'spend' THEN -e.credits ELSE 0 END"
  static let sqlSpent =
    "CASE e.kind WHEN 'spend' THEN e.credits WHEN 'settle' THEN -e.credits ELSE 0 END"
}
