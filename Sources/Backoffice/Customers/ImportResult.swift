/// The result of an import of customers.
public struct ImportResult: Sendable, Hashable {
  /// The maximum number of rejections kept with their reason; further ones are only counted.
  public static let keptRejections = 1000

  /// The number of customers created.
  public package(set) var created = 0
  /// The number of customers updated.
  public package(set) var updated = 0
  /// The number of rows that changed nothing.
  public package(set) var unchanged = 0
  /// The number of rows rejected.
  public package(set) var rejected = 0
  /// The first ``keptRejections`` rejected rows, in order.
  public package(set) var rejections: [Rejection] = []

  /// The first ``keptRejections`` rows that were imported without something that could not be read, in
  /// order; they count as created, updated or unchanged.
  public package(set) var warnings: [Rejection] = []

  /// A rejected row.
  public struct Rejection: Sendable, Hashable {
    /// The number of the row, starting at 1.
    public let row: Int
    /// The reason for the rejection.
    public let reason: CustomerError

    /// Creates a rejection.
    public init(row: Int, reason: CustomerError) {
      self.row = row
      self.reason = reason
    }
  }

  /// The total number of rows.
  public var total: Int { created + updated + unchanged + rejected }

  package init() {}

  indirect enum Outcome {
    case withoutPhone(Outcome)
    case created, updated, unchanged
    case rejected(CustomerError)
  }

  mutating func count(_ outcome: Outcome) {
    switch outcome {
    case .created: created += 1
    case .updated: updated += 1
    case .unchanged: unchanged += 1
    case .withoutPhone(let outcome):
      count(outcome)
      if warnings.count < Self.keptRejections {
        warnings.append(Rejection(row: total, reason: .invalidPhone))
      }
    case .rejected(let reason):
      rejected += 1
      if rejections.count < Self.keptRejections {
        rejections.append(Rejection(row: total, reason: reason))
      }
    }
  }
}
