public import Backoffice

/// How long the buckets of snapshots are.
public enum BucketKind: String, TextEnum, Comparable {
  /// One day.
  case daily
  /// A week from Monday to Sunday (ISO 8601).
  case weekly
  /// A calendar month.
  case monthly

  /// Whether buckets of `left` are shorter.
  public static func < (left: BucketKind, right: BucketKind) -> Bool {
    left.length < right.length
  }

  private var length: Int {
    switch self {
    case .daily: 1
    case .weekly: 7
    case .monthly: 30
    }
  }

  /// The bucket in which a day lies.
  public func bucket(of day: CalendarDate) -> Bucket {
    switch self {
    case .daily:
      return Bucket(kind: self, days: day...day)
    case .weekly:
      let start = day.startOfWeek
      return Bucket(kind: self, days: start...max(start, start.adding(days: 6)))
    case .monthly:
      let start = day.startOfMonth
      let end = start.adding(months: 1).adding(days: -1)
      return Bucket(kind: self, days: start...max(start, end))
    }
  }
}

/// A range of days with figures of its own.
public struct Bucket: Sendable, Hashable {
  /// Its length; nil for an arbitrary range.
  public let kind: BucketKind?
  /// Its days, both ends included.
  public let days: ClosedRange<CalendarDate>

  /// The first day.
  public var start: CalendarDate { days.lowerBound }
  /// The last day.
  public var end: CalendarDate { days.upperBound }

  /// The buckets of a kind that have a day in `days`, and whose last day is `last` or earlier.
  static func covering(
    _ days: ClosedRange<CalendarDate>, kind: BucketKind, endingBy last: CalendarDate
  ) -> [Bucket] {
    var buckets: [Bucket] = []
    var bucket = kind.bucket(of: days.lowerBound)
    while bucket.start <= days.upperBound, bucket.end <= last {
      buckets.append(bucket)
      guard bucket.end < .max else { break }
      bucket = kind.bucket(of: bucket.end.adding(days: 1))
    }
    return buckets
  }
}

/// Whose customers figures are about.
public enum Scope: Sendable, Hashable {
  /// All customers.
  case system
  /// The customers of one owner.
  case owner(ID<AnyEntity>)
  /// The customers without an owner.
  case unowned

  /// The customers of one owner.
  public static func of<Entity>(_ owner: ID<Entity>) -> Scope { .owner(ID(retyping: owner)) }

  /// The owner as stored: zeros for no owner and for all.
  var key: ID<AnyEntity> {
    if case .owner(let owner) = self { owner } else { .zero }
  }

  var column: String { self == .system ? "system" : "owner" }

  init(column: String, owner: ID<AnyEntity>) {
    self = column == "system" ? .system : owner == .zero ? .unowned : .owner(owner)
  }
}
