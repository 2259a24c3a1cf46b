extension WriteTransaction {
  /// The business time of what is being recorded; nil for ``Transaction/now``.
  public var effectiveAt: Timestamp? { connection.context.effectiveAt }

  /// Runs `body` with `at` as the business time of the history rows that it causes.
  ///
  /// ```swift
  /// try transaction.dated(letter.receivedAt) { try transaction.campaigns.end(campaign) }
  /// ```
  ///
  /// - Parameters:
  ///   - at: the business time; nil keeps the time of an enclosing call, or now.
  ///   - body: the changes.
  /// - Throws: the error of `body`.
  public func dated<Result>(
    _ at: Timestamp?, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = connection.context.effectiveAt
    connection.context.effectiveAt = at ?? outer
    defer { connection.context.effectiveAt = outer }
    return try body()
  }
}
