package import Backoffice

/// Whether the books of a store are in order: the library's own findings, and SQLite's.
package struct BookCheck: Codable, Hashable, Sendable {
  /// What the library found; empty when nothing.
  package let findings: [Finding]
  /// What `PRAGMA integrity_check` said; empty when it said `ok`.
  package let integrity: [String]
  /// How many rows `PRAGMA foreign_key_check` named.
  package let danglingReferences: Int
  /// The packs of the file that this program does not have: their books were not checked.
  package let uncheckedPacks: [String]

  /// Reads the whole store.
  ///
  /// - Throws: what reading throws.
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

  /// For people: one line when all is well, else one line for each problem.
  package var lines: [String] {
    let unchecked =
      uncheckedPacks.isEmpty
      ? []
      : ["  Not checked: what the packs \(uncheckedPacks.joined(separator: ", ")) keep and derive."]
    guard !isClean else { return [Paint.good("✓ The books are in order.")] + unchecked }
    var lines = [Paint.bad("✗ The books are not in order:")]
    lines += findings.map { "  \($0)" }
    lines += integrity.map { "  integrity_check: \($0)" }
    if danglingReferences > 0 {
      lines.append("  foreign_key_check: \(danglingReferences) rows refer to rows that are gone")
    }
    return lines + unchecked
  }
}
