extension Customers {
  /// Defines a pipeline, or replaces the pipeline with that name.
  ///
  /// Customers keep their status. The new transitions apply from their next move on.
  ///
  /// - Throws: ``CustomerError`` with `invalidPipeline` if the definition is invalid, or
  ///   `statusInUse` if it drops a status that customers have.
  /// - Complexity: proportional to the size of the definition.
  public func definePipeline(_ pipeline: Pipeline) throws {
    if let problem = pipeline.problem {
      throw CustomerError.invalidPipeline(pipeline.name, problem: problem)
    }
    try access.write { transaction in
      try transaction.execute(Self.clearTransitions, pipeline.name)
      try transaction.execute(Self.clearInitial, pipeline.name)
      let kept = Set(pipeline.statuses.map(\.status))
      for status in try transaction.statuses(of: pipeline.name) where !kept.contains(status) {
        try transaction.dropStatus(status, of: pipeline.name)
      }
      for (position, status) in pipeline.statuses.enumerated() {
        try transaction.execute(
          Self.putStatus, pipeline.name, status.status, status.label, position + 1,
          status.isInitial, status.isConverted, status.isLost,
          pipeline.isTerminal(status.status))
      }
      for (from, followers) in pipeline.transitions {
        for follower in followers {
          try transaction.execute(Self.putTransition, pipeline.name, from, follower)
        }
      }
    }
  }

  /// The pipeline with a name, or nil if there is none.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func pipeline(named name: String) throws -> Pipeline? {
    try access.read { transaction in
      let statuses = try transaction.fetchAll(Self.statusesOf, name) { row in
        var column = row.reader()
        return try Pipeline.Status(
          column("status"), label: column("label"), isInitial: column("is_initial"),
          isConverted: column("is_converted"), isLost: column("is_lost"))
      }
      guard !statuses.isEmpty else { return nil }
      var transitions: [CustomerStatus: Set<CustomerStatus>] = [:]
      try transaction.forEach(Self.transitionsOf, name) { row in
        transitions[try row.value(at: 0), default: []].insert(try row.value(at: 1))
        return true
      }
      return Pipeline(name, statuses: statuses, transitions: transitions)
    }
  }

  /// The names of all pipelines, sorted.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  public func pipelineNames() throws -> [String] {
    try access.readOnce { transaction in
      try transaction.fetchAll(Self.names) { row in try row.value(at: 0) }
    }
  }

  private static let names = SQLStatement(
    "SELECT DISTINCT pipeline FROM status_definitions ORDER BY pipeline")
  private static let statusesOf = SQLStatement(
    """
    SELECT status, label, is_initial, is_converted, is_lost FROM status_definitions
    WHERE pipeline = ? ORDER BY position, pk
    """)
  private static let transitionsOf = SQLStatement(
    "SELECT from_status, to_status FROM status_transitions WHERE pipeline = ?")
  private static let clearTransitions = SQLStatement(
    "DELETE FROM status_transitions WHERE pipeline = ?")
  private static let clearInitial = SQLStatement(
    "UPDATE status_definitions SET is_initial = 0 WHERE pipeline = ?")
  private static let putStatus = SQLStatement(
    """
    INSERT INTO status_definitions
      (pipeline, status, label, position, is_initial, is_converted, is_lost, is_terminal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (pipeline, status) DO UPDATE SET label = excluded.label,
      position = excluded.position, is_initial = excluded.is_initial,
      is_converted = excluded.is_converted, is_lost = excluded.is_lost,
      is_terminal = excluded.is_terminal
    """)
  private static let putTransition = SQLStatement(
    "INSERT INTO status_transitions (pipeline, from_status, to_status) VALUES (?, ?, ?)")
}

extension WriteTransaction {
  private static let statusNames = SQLStatement(
    "SELECT status FROM status_definitions WHERE pipeline = ?")
  private static let deleteStatus = SQLStatement(
    "DELETE FROM status_definitions WHERE pipeline = ? AND status = ?")

  fileprivate func statuses(of pipeline: String) throws -> [CustomerStatus] {
    try fetchAll(Self.statusNames, pipeline) { row in try row.value(at: 0) }
  }

  fileprivate func dropStatus(_ status: CustomerStatus, of pipeline: String) throws {
    do {
      try execute(Self.deleteStatus, pipeline, status)
    } catch let error as SQLiteError {
      guard ResultCode.constraint ~= error.code else { throw error }
      throw CustomerError.statusInUse(status, pipeline: pipeline)
    }
  }
}
