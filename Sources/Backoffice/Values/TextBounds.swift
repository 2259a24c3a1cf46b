/// The bounds of what people and programs write into one field, in bytes of UTF-8.
enum TextBounds {
  /// A title or another single line: 1 KiB.
  static let line = 1024
  /// Notes, a description or a message: 8 KiB.
  static let text = 8192
  /// A JSON document: 1 MiB.
  static let document = 1_048_576

  /// What is wrong with the size of a text; nil if nothing is.
  static func problem(_ text: String?, most: Int) -> String? {
    guard let count = text?.utf8.count, count > most else { return nil }
    return "has \(count) bytes of UTF-8, more than \(most)"
  }
}
