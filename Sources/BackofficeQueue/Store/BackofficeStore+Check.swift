extension BackofficeStore {
  /// Compares every derived value with a recomputed one, and runs all consistency checks.
  ///
  /// The checks of packs that this program does not have do not run; see ``unknownPacks``.
  ///
  /// - Parameter limit: the maximum number of findings per check; 100 by default.
  /// - Returns: the findings; empty if the file is consistent. A check that meets a value which it
  ///   cannot decode, a sum which no integer holds, or the time limit of statements, is a finding of
  ///   its own, and the other checks run.
  /// - Throws: the errors of the checks, and `SQLiteError` when the database cannot be read.
  /// - Complexity: reads the whole file, in one transaction.
  public func check(limit: Int = 100) throws -> [Finding] {
    try read { transaction in
      var findings: [Finding] = []
      for value in rules.derivedValues {
        findings += try Self.found(by: value.name) {
          try value.findings(in: transaction, limit: limit)
        }
      }
      let checks = rules.checks + [IgnoredWrites(tables: Set(triggers.map(\.table)))]
      for check in checks {
        findings += try Self.found(by: check.name) {
          try check.findings(in: transaction, limit: limit)
        }
      }
      return findings
    }
  }

  /// The findings of a check; what stops it is one.
  private static func found(
    by name: String, _ body: () throws -> [Finding]
  ) throws -> [Finding] {
    func cannotRead(_ reason: String) -> [Finding] {
      [Finding(check: name, entity: "file", problem: "could not be checked: \(reason)")]
    }
    do {
      return try body()
    } catch let error as RowDecodingError {
      return cannotRead("\(error)")
    } catch let error as StorageError {
      // Forged statistics can make one query very slow.
      guard case .statementStopped = error else { throw error }
      return cannotRead("\(error)")
    } catch let error as SQLiteError where error.code.rawValue & 0xff == 1 {
      // SQLITE_ERROR: of a query that runs elsewhere, its values are the cause.
      return cannotRead(error.message)
    }
  }

  /// Recomputes every derived value, and corrects those that differ, in one transaction.
  ///
  /// One transaction: all of it, or nothing.
  ///
  /// - Returns: the number of corrected rows for each derived value that had any.
  /// - Throws: the errors of the derived values, and `StorageError`, `SQLiteError` when the
  ///   database cannot be written.
  /// - Complexity: reads the whole file.
  @discardableResult
  public func rebuild() throws -> [String: Int] {
    try write(reason: "rebuild") { transaction in
      var repaired: [String: Int] = [:]
      for value in rules.derivedValues {
        // A repair may have changed rows that this value follows from.
        try transaction.runCommitTriggers()
        let count = try value.rebuild(in: transaction)
        if count > 0 { repaired[value.name, default: 0] += count }
      }
      return repaired
    }
  }
}
