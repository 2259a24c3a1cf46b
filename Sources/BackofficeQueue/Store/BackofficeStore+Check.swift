extension BackofficeStore {
  /// Compares every derived value of the file with one computed from scratch, and checks what else
  /// must hold; each difference is named.
  ///
  /// What packs that this program does not have would check is not checked: see ``unknownPacks``.
  ///
  /// - Parameter limit: the most findings that one check reports; 100 by default.
  /// - Returns: the findings; empty when the books are in order.
  /// - Complexity: reads the whole file, in one view of it.
  public func check(limit: Int = 100) throws -> [Finding] {
    try read { transaction in
      var findings: [Finding] = []
      for value in rules.derivedValues {
        findings += try value.findings(in: transaction, limit: limit)
      }
      for check in rules.checks {
        findings += try check.findings(in: transaction, limit: limit)
      }
      return findings
    }
  }

  /// Computes every derived value of the file from scratch, and writes it where it differs.
  ///
  /// One transaction: all of it, or nothing.
  ///
  /// - Returns: how many rows were wrong, for each derived value that had any.
  /// - Complexity: reads the whole file.
  @discardableResult
  public func rebuild() throws -> [String: Int] {
    try write(reason: "rebuild") { transaction in
      var repaired: [String: Int] = [:]
      for value in rules.derivedValues {
        // A repair may have changed rows that this value follows from.
        try transaction.settleDerivedValues()
        let count = try value.rebuild(in: transaction)
        if count > 0 { repaired[value.name, default: 0] += count }
      }
      return repaired
    }
  }
}
