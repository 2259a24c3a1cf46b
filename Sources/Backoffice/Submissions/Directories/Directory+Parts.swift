extension Directory {
  /// What a directory's links are worth to search engines.
  ///
  /// A program adds types of its own.
  public struct LinkType: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// They count.
    public static let dofollow = LinkType("dofollow")
    /// They do not count.
    public static let nofollow = LinkType("nofollow")
    /// Some count.
    public static let mixed = LinkType("mixed")
    /// Not known.
    public static let unknown = LinkType("unknown")
  }

  /// How much a business wants to be in a directory.
  public enum PriorityTier: String, TextEnum {
    /// First.
    case high
    /// Next.
    case medium
    /// Last.
    case low
  }

  /// What a directory costs, in kind.
  ///
  /// A program adds models of its own.
  public struct PricingModel: OpenWord {
    /// The word stored in the file.
    public let rawValue: String

    /// Names a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Nothing.
    public static let free = PricingModel("free")
    /// A listing has a price.
    public static let paid = PricingModel("paid")
    /// A listing is free, more of it has a price.
    public static let freemium = PricingModel("freemium")
    /// Not known.
    public static let unknown = PricingModel("unknown")
  }

  /// What became of a directory's submissions, by their current status.
  ///
  /// Kept when a transaction commits; inside one they are those of its begin.
  public struct Counters: Sendable, Hashable, Codable {
    /// All submissions.
    public internal(set) var submissions = 0
    /// Those submitted, under review or approved.
    public internal(set) var delivered = 0
    /// Those approved.
    public internal(set) var approved = 0
    /// Those rejected.
    public internal(set) var rejected = 0
    /// From submission to approval, added up over those that know both times.
    public internal(set) var approvalMicroseconds: Int64 = 0
    /// How many submissions ``approvalMicroseconds`` adds up.
    public internal(set) var approvalTimes = 0

    /// Delivered of all submissions, or nil when there are none.
    public var deliveryRate: Ratio? { Ratio(delivered, of: submissions) }

    /// Approved of all decided submissions, or nil when none is decided.
    public var approvalRate: Ratio? { Ratio(approved, of: approved + rejected) }

    /// The mean time from submission to approval, or nil when none is known.
    public var meanApprovalTime: Duration? {
      approvalTimes > 0 ? .microseconds(approvalMicroseconds / Int64(approvalTimes)) : nil
    }
  }
}
