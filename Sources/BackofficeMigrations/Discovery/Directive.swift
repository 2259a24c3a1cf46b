/// Comments in a file that set options of the runner.
enum Directive {
  /// Whether a comment is `-- backoffice:unwritten`, with which a new file begins.
  static func isUnwritten(_ text: String) -> Bool {
    SQLComments.lines(of: text).contains { _, comment in
      comment.split(separator: " ").first == "backoffice:unwritten"
    }
  }

  private static let outOfOrder = Array("backoffice:out-of-order".utf8)

  /// Whether a comment at the start of the file is `-- backoffice:out-of-order`, with a reason or
  /// without.
  static func allowsOutOfOrder(in bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    // Only comments and empty lines at the start are searched.
    while let first = rest.first {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let line = rest[..<end].drop { $0 == 0x20 || $0 == 0x09 }
      if line.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) {
        // A comment that only mentions the words is a remark.
        let words = line.dropFirst(2).split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        if words.first?.elementsEqual(outOfOrder) == true { return true }
      } else if !line.isEmpty, first != UInt8(ascii: "\n") {
        return false
      }
      rest = rest[end...].dropFirst()
    }
    return false
  }
}
