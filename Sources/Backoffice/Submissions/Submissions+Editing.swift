extension Submissions {
  /// A statement that changes one submission and returns it; `?1` is its id and `?2` the time.
  static func edit(_ assignments: String, where condition: String = "1") -> SQLStatement {
    SQLStatement(
      """
      UPDATE submissions SET \(assignments), updated_at = ?2 WHERE id = ?1 AND \(condition)
      RETURNING \(Submission.selection)
      """)
  }

  /// Runs a statement of ``edit(_:where:)`` in its own transaction.
  ///
  /// - Parameter refused: the error for a row that does not meet the condition; nil to return the
  ///   row unchanged.
  func edit<each Value: Bindable>(
    _ id: ID<Submission>, _ statement: SQLStatement, _ values: repeat each Value,
    refused: (Submission) -> SubmissionError? = { _ in nil }
  ) throws -> Submission {
    try access.write { transaction in
      if let edited = try Submission.fetchOne(
        transaction, statement, id, transaction.now, repeat each values)
      {
        return edited
      }
      guard let submission = try Submission.find(id, in: transaction) else {
        throw SubmissionError.unknownSubmission(id)
      }
      if let error = refused(submission) { throw error }
      return submission
    }
  }
}
