/// What an entry of the credit ledger does to the balance of a customer.
///
/// Every kind is a fixed move of granted, reserved and spent credits, so a balance is the plain sum
/// of its ledger, in whatever order it is added up.
public enum CreditEntryKind: String, TextEnum {
  /// Credits are given: granted grows.
  case grant
  /// Credits are held: reserved grows.
  case reserve
  /// Held credits are spent: reserved shrinks, spent grows.
  case spend
  /// Held credits are given back: reserved shrinks.
  case release
  /// Unused credits lapse: granted shrinks.
  case expire
  /// A correction with a sign: granted grows or shrinks.
  case adjust
  /// A billing period ends: what was spent in it leaves granted and spent alike.
  case settle
}

extension CreditEntryKind {
  /// How an entry of this kind moves a balance.
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

  /// The same moves as sums over `credit_entries e`, one SQL expression for each column.
  static let sqlGranted =
    "CASE e.kind WHEN 'grant' THEN e.credits WHEN 'adjust' THEN e.credits "
    + "WHEN 'expire' THEN -e.credits WHEN 'settle' THEN -e.credits ELSE 0 END"
  static let sqlReserved =
    "CASE e.kind WHEN 'reserve' THEN e.credits WHEN 'release' THEN -e.credits "
    + "WHEN 'spend' THEN -e.credits ELSE 0 END"
  static let sqlSpent =
    "CASE e.kind WHEN 'spend' THEN e.credits WHEN 'settle' THEN -e.credits ELSE 0 END"
}
