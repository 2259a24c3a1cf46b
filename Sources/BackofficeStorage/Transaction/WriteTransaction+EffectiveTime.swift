extension WriteTransaction {
  /// When what is being recorded happened in the business; nil for ``Transaction/now``.
  package var effectiveAt: Timestamp? { connection.context.effectiveAt }

  /// Runs `body` for something that happened at `at`: the history rows that it causes say so.
  package func dated<Result>(
    _ at: Timestamp?, _ body: () throws -> Result
  ) rethrows -> Result {
    let outer = connection.context.effectiveAt
    connection.context.effectiveAt = at ?? outer
    defer { connection.context.effectiveAt = outer }
    return try body()
  }
}
