extension Directory {
  /// The effect of a directory's links on search engines.
  ///
  /// A program can add its own.
  public struct LinkType: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Creates a value from its stored text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Search engines follow the links.
    public static let dofollow = LinkType("dofollow")
    /// Search engines do not follow the links.
    public static let nofollow = LinkType("nofollow")
    /// Search engines follow some of the links.
    public static let mixed = LinkType("mixed")
    /// Unknown.
    public static let unknown = LinkType("unknown")
  }

  /// The priority of a directory for a business.
  public enum PriorityTier: String, TextEnum {
    /// High priority.
    case high
    /// Medium priority.
    case medium
    /// Low priority.
    case low
  }

  /// The pricing model of a directory.
  ///
  /// A program can add its own.
  public struct PricingModel: OpenWord {
    /// The value stored in the database.
    public let rawValue: String

    /// Creates a value from its stored text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Listings are free.
    public static let free = PricingModel("free")
    /// Listings are paid.
    public static let paid = PricingModel("paid")
    /// Basic listings are free; additional features are paid.
    public static let freemium = PricingModel("freemium")
    /// Unknown.
    public static let unknown = PricingModel("unknown")
  }

  /// The number of a directory's submissions by their current status.
  ///
  /// They are updated when a transaction commits. A transaction therefore sees the values from its
  /// start.
  public struct Counters: Sendable, Hashable, Codable {
    /// All submissions.
    public internal(set) var submissions = 0
    /// Submissions that are submitted, under review or approved.
    public internal(set) var delivered = 0
    /// Approved submissions.
    public internal(set) var approved = 0
    /// Rejected submissions.
    public internal(set) var rejected = 0
    /// The sum of the times from submission to approval, in microseconds, where both are known.
    public internal(set) var approvalMicroseconds: Int64 = 0
    /// The number of submissions in ``approvalMicroseconds``.
    public internal(set) var approvalTimes = 0

    /// The fraction of submissions that were delivered, or nil if there are none.
    public var deliveryRate: Ratio? { Ratio(delivered, of: submissions) }

    /// The fraction of decided submissions that were approved, or nil if there are none.
    public var approvalRate: Ratio? { Ratio(approved, of: approved.adding(rejected)) }

    /// The mean time from submission to approval, or nil if none is known.
    public var meanApprovalTime: Duration? {
      approvalTimes > 0 ? .microseconds(approvalMicroseconds / Int64(approvalTimes)) : nil
    }
  }
}
