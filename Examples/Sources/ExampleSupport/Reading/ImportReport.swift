/// The result of an import, counted by lines.
package struct ImportReport: Codable, Hashable, Sendable {
  package var added = 0
  package var updated = 0
  package var unchanged = 0
  package var skipped: [SkippedLine] = []

  package init() {}

  /// How many lines were valid.
  package var read: Int { added + updated + unchanged }

  /// One sentence, such as `97 directories added, 2 lines skipped`.
  package func summary(of things: String) -> String {
    var parts: [String] = []
    if added > 0 { parts.append("\(added) added") }
    if updated > 0 { parts.append("\(updated) updated") }
    if unchanged > 0 { parts.append("\(unchanged) already up to date") }
    if parts.isEmpty { parts.append("none found") }
    if !skipped.isEmpty {
      parts.append("\(skipped.count) \(skipped.count == 1 ? "line" : "lines") skipped")
    }
    var text = "\(things): " + parts.joined(separator: ", ")
    if added == 0, updated == 0, unchanged > 0 { text += "; nothing was changed" }
    return text
  }
}
