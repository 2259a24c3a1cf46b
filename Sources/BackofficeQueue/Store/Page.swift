/// A page of a list, and the position of the next page.
///
/// Pages are read by key, not by offset: the thousandth page costs as much as the first, and rows
/// that are added or removed between calls do not shift the following pages.
public struct Page<Element: Sendable>: Sendable {
  /// The rows, in the order of the list.
  public let elements: [Element]
  /// Where the next page starts, or nil for the last page.
  public let next: PageCursor?

  /// Creates a page.
  public init(elements: [Element], next: PageCursor?) {
    self.elements = elements
    self.next = next
  }
}

/// A position in a list: the sort value and the row of the last element seen.
public struct PageCursor: Sendable, Hashable, Codable {
  /// The sort value of the last element.
  public let value: Int64
  /// The row of the last element, which orders equal sort values.
  public let key: Int64

  /// Creates a position.
  public init(value: Int64, key: Int64) {
    self.value = value
    self.key = key
  }
}

/// The sizes of pages.
public enum PageLimit {
  /// The default size.
  public static let standard = 100
  /// The maximum size; a larger limit is reduced to it.
  public static let maximum = 1000

  /// A limit clamped to the range of 1 to ``maximum``.
  public static func clamped(_ limit: Int) -> Int { min(max(1, limit), maximum) }
}

extension Page {
  /// Creates a page from up to `limit` + 1 rows, of which the last one shows that there is another
  /// page.
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
