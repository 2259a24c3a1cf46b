/// A category in a table, which may begin with an emoji or be a slug.
struct CategoryName: Hashable {
  /// The text of the table, kept for reports.
  let original: String
  let icon: String?
  let displayName: String
  let slug: String

  init(_ text: String) {
    original = text
    let name = text.drop { !$0.isLetter && !$0.isNumber }
    let icon = text.prefix(text.count - name.count).filter { !$0.isWhitespace }
    self.icon = icon.isEmpty ? nil : String(icon)
    let words = name.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    slug = words.isEmpty ? "other" : words.joined(separator: "_")
    displayName =
      name.contains("_") ? words.map(\.withInitial).joined(separator: " ") : String(name)
  }
}

extension Substring {
  fileprivate var withInitial: String { prefix(1).uppercased() + dropFirst() }
}
