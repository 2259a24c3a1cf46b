/// Ranges of the rows of `queue_items`, for what no index finds.
struct RowWindows {
  /// How many rows a range has at most.
  static let width: Int64 = 10_000
  /// How many ranges a call looks through.
  static let most = 10

  private var place: Int64
  private var taken = 0

  /// Begins before or behind a row.
  init(from place: Int64) { self.place = place }

  /// The next range of older rows, or nil at the oldest or when the call has looked at enough.
  mutating func nextBelow() -> (below: Int64, above: Int64)? {
    guard taken < Self.most, place > 1 else { return nil }
    taken += 1
    let range = (below: place, above: max(0, place - 1 - Self.width))
    place = range.above + 1
    return range
  }

  /// The next range of newer rows up to the newest, or nil.
  mutating func nextAbove(to newest: Int64) -> (above: Int64, last: Int64)? {
    guard taken < Self.most, place < newest else { return nil }
    taken += 1
    let range = (above: place, last: min(newest, place + Self.width))
    place = range.last
    return range
  }

  /// Where a further call of ``nextBelow()`` begins; nil when the oldest row was reached.
  var rest: Int64? { place > 1 ? place : nil }

  /// Where a further call of ``nextAbove(to:)`` begins; nil when the newest row was reached.
  func rest(to newest: Int64) -> Int64? { place < newest ? place : nil }
}

extension RowWindows {
  private static let newestRow = SQLStatement("SELECT max(pk) FROM queue_items")

  /// The newest row of the items, 0 when there is none.
  static func newest(_ transaction: borrowing some Transaction & ~Copyable) throws -> Int64 {
    try transaction.fetchOne(newestRow) { try $0.value(at: 0, as: Int64?.self) }.flatMap(\.self)
      ?? 0
  }
}
