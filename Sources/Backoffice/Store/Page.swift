/// One page of a list, and where the next one begins.
///
/// Pages go by key, never by offset: the thousandth costs what the first did, and rows that come
/// or go between two pages shift nothing.
public struct Page<Element: Sendable>: Sendable {
  /// The rows, in the order of the list.
  public let elements: [Element]
  /// Where the next page begins, or nil when this is the last one.
  public let next: PageCursor?

  /// Creates a page.
  public init(elements: [Element], next: PageCursor?) {
    self.elements = elements
    self.next = next
  }
}

/// A place in a list: the sort value and the row of the last element seen.
public struct PageCursor: Sendable, Hashable, Codable {
  /// The sort value of the last element.
  package let value: Int64
  /// The internal key of the last element, which orders equal sort values.
  package let key: Int64

  package init(value: Int64, key: Int64) {
    self.value = value
    self.key = key
  }
}

/// How many rows a page may have.
public enum PageLimit {
  /// The size when none is asked for.
  public static let standard = 100
  /// The most that one page gives; a larger wish is cut to it.
  public static let maximum = 1000

  /// A wish, brought into the range of 1 to ``maximum``.
  package static func clamped(_ limit: Int) -> Int { min(max(1, limit), maximum) }
}
