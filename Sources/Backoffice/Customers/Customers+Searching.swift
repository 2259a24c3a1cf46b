/// A customer that a search found.
public struct CustomerMatch: Sendable, Hashable {
  /// The customer.
  public let customer: Customer
  /// How well it fits, by BM25 with names weighing most; the smaller, the better.
  public let rank: Double
  /// The words around the best place, with what was found in square brackets.
  public let snippet: String
}

extension Customers {
  /// Finds live customers by words of their name, company, e-mail address, phone number, trade and
  /// requirements.
  ///
  /// Every word must occur, whole or as a beginning, without regard to case and accents. Nothing in
  /// `query` has a special meaning; one without a letter or digit finds nobody.
  ///
  /// - Parameters:
  ///   - query: the words; the first 16 count.
  ///   - limit: the most customers: 100, and never more than 1,000.
  /// - Returns: the customers, best first.
  /// - Complexity: grows with the customers that have the words, not with the table.
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

  /// The words of a query as an FTS5 expression of quoted prefixes, or nil when there is none.
  static func searchExpression(_ query: String) -> String? {
    // Quoted, a word is a text to FTS5 whatever it holds; only a NUL would end the expression.
    let words = query.split { character in
      character.isWhitespace || character.unicodeScalars.contains { $0.value < 0x20 }
    }
    let terms = words.lazy
      .filter { word in word.contains { $0.isLetter || $0.isNumber } }
      .prefix(16)
      .map { word in
        "\""
          + word.prefix(64).split(separator: "\"", omittingEmptySubsequences: false)
          .joined(separator: "\"\"") + "\" *"
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
