/// The comments of a script, without those that are part of a text.
enum SQLComments {
  /// Returns the text after `--` of each line that has such a comment, with the number of the line,
  /// starting at 0.
  static func lines(of text: String) -> [(index: Int, text: Substring)] {
    var comments: [(Int, Substring)] = []
    guard text.utf8.contains(UInt8(ascii: "-")) else { return comments }
    var scanner = QuoteScanner()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let bytes = Array(line.utf8)
      if let start = scanner.read(bytes[...]) {
        comments.append((index, Substring(decoding: bytes[start...].dropFirst(2), as: UTF8.self)))
      }
    }
    return comments
  }
}
