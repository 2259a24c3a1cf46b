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
  /// Every word must match the beginning of a word of the customer, ignoring case and accents. No
  /// character in `query` has a special meaning. A query without a letter or digit matches no
  /// customer.
  ///
  /// - Parameters:
  ///   - query: the words; only the first 16 are used.
  ///   - limit: the most customers: 100, and never more than 1,000.
  /// - Returns: the customers, best match first.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the number of matching customers, independent of the size of the
  ///   table.
  public func search(
    _ query: String, limit: Int = PageLimit.standard
  ) throws -> [CustomerMatch] {
    guard let expression = Self.searchExpression(query) else { return [] }
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

  /// A query as an FTS5 expression of quoted prefixes, or nil if it contains no word.
  static func searchExpression(_ query: String) -> String? {
    // FTS5 takes a quoted word literally; only a NUL would end the expression. Quotes are doubled
    // by scalar: a quote with a combining mark after it is one character that is no quote.
    let words = query.unicodeScalars.split { scalar in
      scalar.properties.isWhitespace || scalar.value < 0x20
    }
    let terms = words.lazy
      .filter { word in
        word.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
      }
      .prefix(16)
      .map { word in
        var term = "\""
        for scalar in word.prefix(64) {
          if scalar == "\"" { term.unicodeScalars.append(scalar) }
          term.unicodeScalars.append(scalar)
        }
        return term + "\" *"
      }
    let expression = terms.joined(separator: " ")
    return expression.isEmpty ? nil : expression
  }

  static let matches = SQLStatement(
    """
    SELECT rowid, rank, snippet(customers_search, -1, '[', ']', '…', 12) FROM customers_search
    WHERE customers_search MATCH ? AND rank MATCH 'bm25(10.0, 8.0, 5.0, 5.0, 2.0)'
    ORDER BY rank LIMIT ?
    """)
  private static let byKey = Customer.select("WHERE pk = ? AND deleted_at IS NULL")
}
