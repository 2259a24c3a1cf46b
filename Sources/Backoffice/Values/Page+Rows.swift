extension Page {
  /// Makes a page of the first `limit` rows, with a next cursor if there are more.
  static func made(from rows: [(element: Element, cursor: PageCursor)], limit: Int) -> Page {
    Page(
      elements: rows.prefix(limit).map(\.element),
      next: rows.count > limit ? rows[limit - 1].cursor : nil)
  }
}
