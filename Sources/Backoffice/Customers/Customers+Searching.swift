/// A customer that a search found.
public struct CustomerMatch: Sendable, Hashable {
  /// The customer.
  public let customer: Customer
  /// The BM25 relevance, with the highest weight on names.
  ///
  /// A smaller value is a better match.
  public let rank: Double
  /// The text around the best match, with the matched words in square brackets.
  public let snippet: String
}

extension Customers {
  /// Searches live customers by name, company, e-mail address, phone number, trade and
  /// requirements.
  ///
  /// Every word must match the beginning of a word of the customer, ignoring case, accents and widths;
  /// STRASSER finds Straßer, and Lukasz Łukasz. CJK characters match anywhere in a word. A query of
  /// digits is a part of a phone number, however it is spaced. `C++` and `C#` are words. No other
  /// character in `query` has a special meaning. A query without a letter or digit matches no customer.
  ///
  /// - Parameters:
  ///   - query: the words; only the first 16 are used.
  ///   - stems: whether common English endings are ignored, so that `weave` finds weaving; false by
  ///     default.
  ///   - limit: the most customers: 100, and never more than 1,000.
  /// - Returns: the customers, best match first.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the number of matching customers, independent of the size of the
  ///   table.
  public func search(
    _ query: String, stems: Bool = false, limit: Int = PageLimit.standard
  ) throws -> [CustomerMatch] {
    guard let expression = Self.searchExpression(query, stems: stems) else { return [] }
    return try access.read { transaction in
      let hits = try transaction.fetchAll(
        Self.matches, expression, PageLimit.clamped(limit)
      ) { row in
        try (
          pk: row.value(at: 0, as: Int64.self), rank: row.value(at: 1, as: Double.self),
          snippet: row.value(at: 2, as: String.self)
        )
      }
      return try hits.compactMap { hit in
        try Customer.fetchOne(transaction, Self.byKey, hit.pk).map {
          CustomerMatch(customer: $0, rank: hit.rank, snippet: hit.snippet)
        }
      }
    }
  }

  /// A query as an FTS5 expression, or nil if it contains no word.
  ///
  /// Its terms are folded words, which have letters and digits only and are quoted.
  static func searchExpression(_ query: String, stems: Bool = false) -> String? {
    if let digits = phoneDigits(query) { return "\"\(digits)\" *" }
    // A word of CJK characters is a phrase of them; FTS5 reads a query in NFC as it is.
    let words = query.split { $0.isWhitespace }.lazy.map { word in
      SearchText.words(String(word.prefix(64)))
    }
    let terms = words.filter { !$0.isEmpty }.prefix(16).map { words in
      let last = words[words.count - 1]
      let isIdeographic = last.unicodeScalars.first.map(SearchText.isIdeographic) ?? false
      let end = stems && words.count == 1 ? SearchText.stem(last) : last
      let phrase = (words.dropLast() + [end]).joined(separator: " ")
      return "\"\(phrase)\"\(isIdeographic ? "" : " *")"
    }
    return terms.isEmpty ? nil : terms.joined(separator: " ")
  }

  /// The digits of a query that is a phone number or a part of one; nil if it has other words.
  private static func phoneDigits(_ query: String) -> String? {
    if let key = ContactKey.phone(query) { return String(key.prefix { $0 != "x" }) }
    let words = SearchText.words(query)
    let digits = words.joined()
    guard words.count > 1, digits.utf8.count >= 4,
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return digits
  }

  static let matches = SQLStatement(
    """
    SELECT rowid, rank, snippet(customers_search, -1, '[', ']', '…', 12) FROM customers_search
    WHERE customers_search MATCH ? AND rank MATCH 'bm25(10.0, 8.0, 5.0, 5.0, 2.0, 4.0)'
    ORDER BY rank LIMIT ?
    """)
  private static let byKey = Customer.select("WHERE pk = ? AND deleted_at IS NULL")
}
