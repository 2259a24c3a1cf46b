package import BackofficeStorage

/// The plans of the statements that a store has prepared, so that a test of them forgets none.
package enum StatementPlans {
  /// How many statements were looked at, and those that read a table or an index from end to end, sort, or
  /// build an index for themselves.
  package struct Report {
    package var count = 0
    package var slow: [String] = []
  }

  /// Looks at all statements that the connections of `database` have prepared since it was opened.
  ///
  /// Sums may sort what they add up, which they have read by then.
  ///
  /// - Parameters:
  ///   - small: tables that may be read from end to end, since they have few rows.
  ///   - ties: orders, as the statements write them, of which an index has the first column and rows that
  ///     are equal in it are few.
  ///   - whole: beginnings of statements that are meant to read whole tables.
  package static func report(
    on database: Database, small: Set<String> = [], ties: [String] = [], whole: [String] = []
  ) throws -> Report {
    try database.read { transaction in
      var report = Report()
      for sql in transaction.preparedTexts.sorted()
      where isPlanned(sql) && !whole.contains(where: sql.hasPrefix) {
        report.count += 1
        let sortsTies = ties.contains { sql.contains("ORDER BY \($0)") }
        let steps = try transaction.queryPlan(sql).filter { step in
          isSlow(step, small: small)
            && !(sortsTies && step == "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY")
        }
        if !steps.isEmpty { report.slow.append("\(steps.joined(separator: "; ")) in \(sql)") }
      }
      return report
    }
  }

  // Full-text search prepares statements of its own on its shadow tables, which may not be explained.
  private static func isPlanned(_ sql: String) -> Bool {
    ["SELECT", "UPDATE", "DELETE", "INSERT", "WITH"].contains { sql.hasPrefix($0) }
      && !isProbe(sql) && !sql.contains("sqlite_schema") && !sql.contains("pragma_")
      && !sql.contains("'main'.")
      && !sql.contains("\"main\".")
  }

  /// Whether a statement asks only if a table has a row, and reads one at most.
  private static func isProbe(_ sql: String) -> Bool {
    sql.hasPrefix("SELECT EXISTS (SELECT 1 FROM ") && !sql.contains("WHERE")
  }

  private static func isSlow(_ step: String, small: Set<String>) -> Bool {
    if step == "USE TEMP B-TREE FOR GROUP BY" || step.hasSuffix("count(DISTINCT)")
      || step.hasPrefix("UNION USING")
    {
      return false
    }
    if step.contains("TEMP B-TREE") || step.contains("AUTOMATIC") { return true }
    guard step.hasPrefix("SCAN ") else { return false }
    let word = step.dropFirst(5).prefix { $0 != " " }
    // A constant row, a list that was bound, and a subquery whose own steps are listed.
    return
      !(word == "CONSTANT" || step.hasSuffix("CONSTANT ROWS") || word.hasPrefix("(subquery")
      || step.contains("VIRTUAL TABLE")
      || small.contains(String(word)))
  }
}
