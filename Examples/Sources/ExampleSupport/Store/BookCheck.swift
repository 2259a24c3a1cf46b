package import Backoffice

/// The findings of the library and of SQLite in a store.
package struct BookCheck: Codable, Hashable, Sendable {
  /// The findings of the library.
  package let findings: [Finding]
  /// The findings of `PRAGMA integrity_check`.
  package let integrity: [String]
  /// The number of rows that `PRAGMA foreign_key_check` found.
  package let danglingReferences: Int
  /// The packs of the file that this program does not have: their books were not checked.
  package let uncheckedPacks: [String]

  /// Reads the whole store.
  ///
  /// - Throws: the errors of reading.
  package init(_ store: BackofficeStore, limit: Int = 100) throws {
    findings = try store.check(limit: limit)
    uncheckedPacks = store.unknownPacks
    (integrity, danglingReferences) = try store.read { transaction in
      let lines: [String] = try transaction.fetchAll(sql: "PRAGMA integrity_check") { row in
        try row.value(at: 0)
      }
      let dangling: [String] = try transaction.fetchAll(sql: "PRAGMA foreign_key_check") { row in
        try row.value(at: 0)
      }
      return (lines.filter { $0 != "ok" }, dangling.count)
    }
  }

  /// Whether nothing was found.
  package var isClean: Bool {
    findings.isEmpty && integrity.isEmpty && danglingReferences == 0
  }

  /// One line if there are no findings, otherwise a line for each.
  package var lines: [String] {
    let unchecked =
      uncheckedPacks.isEmpty
      ? []
      : ["  Not checked: values of the packs \(uncheckedPacks.joined(separator: ", "))."]
    guard !isClean else { return [Paint.good("✓ The books are in order.")] + unchecked }
    var lines = [Paint.bad("✗ The books are not in order:")]
    lines += findings.map { "  \($0)" }
    lines += integrity.map { "  integrity_check: \($0)" }
    if danglingReferences > 0 {
      lines.append("  foreign_key_check: \(danglingReferences) rows refer to missing rows")
    }
    return lines + unchecked
  }
}
