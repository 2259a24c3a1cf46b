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
  public let value: Int64
  /// The row of the last element, which orders equal sort values.
  public let key: Int64

  /// Names a place.
  public init(value: Int64, key: Int64) {
    self.value = value
    self.key = key
  }
}

/// How many rows a page may have.
public enum PageLimit {
  /// The size when none is asked for.
  public static let standard = 100
  /// The most that one page gives; a larger limit is reduced to it.
  public static let maximum = 1000

  /// A limit brought into the range of 1 to ``maximum``.
  public static func clamped(_ limit: Int) -> Int { min(max(1, limit), maximum) }
}

extension Page {
  /// A page of rows of which one more than `limit` was asked for, to know whether there is another.
  ///
  /// ```swift
  /// let rows = try transaction.fetchAll(newest, cursor?.value ?? .max, cursor?.key ?? .max, limit + 1) {
  ///   (element: try Visit($0), key: try $0.value(at: Visit.columns.count))
  /// }
  /// return Page(rows, limit: limit) { $0.placedAt.microseconds }
  /// ```
  ///
  /// - Parameters:
  ///   - rows: the rows, each with the key of its row.
  ///   - limit: the size of the page.
  ///   - value: the sort value of a row.
  public init(_ rows: [(element: Element, key: Int64)], limit: Int, value: (Element) -> Int64) {
    let page = rows.prefix(limit)
    let next = rows.count > limit ? page.last : nil
    self.init(
      elements: page.map(\.element),
      next: next.map { PageCursor(value: value($0.element), key: $0.key) })
  }
}
