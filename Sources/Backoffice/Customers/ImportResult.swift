/// What an import of customers did.
public struct ImportResult: Sendable, Hashable {
  /// How many rejections are kept with their reason; more are counted only.
  public static let keptRejections = 1000

  /// New customers.
  public package(set) var created = 0
  /// Customers that had something to change.
  public package(set) var updated = 0
  /// Customers that were there as given.
  public package(set) var unchanged = 0
  /// Rows that were refused.
  public package(set) var rejected = 0
  /// The first ``keptRejections`` refused rows, in their order.
  public package(set) var rejections: [Rejection] = []

  /// A row that was refused.
  public struct Rejection: Sendable, Hashable {
    /// The row, counted from 1.
    public let row: Int
    /// What is wrong with it.
    public let reason: CustomerError

    /// Names a row and what is wrong with it.
    public init(row: Int, reason: CustomerError) {
      self.row = row
      self.reason = reason
    }
  }

  /// All rows that were read.
  public var total: Int { created + updated + unchanged + rejected }

  package init() {}

  enum Outcome {
    case created, updated, unchanged
    case rejected(CustomerError)
  }

  mutating func count(_ outcome: Outcome) {
    switch outcome {
    case .created: created += 1
    case .updated: updated += 1
    case .unchanged: unchanged += 1
    case .rejected(let reason):
      rejected += 1
      if rejections.count < Self.keptRejections {
        rejections.append(Rejection(row: total, reason: reason))
      }
    }
  }
}
