/// A file with an up and a down section, separated by a comment.
///
/// A down section begins at a line that contains only such a comment: `-- migrate:down`, `-- +goose
/// Down`, `-- +migrate Down`, `-- rollback`, `-- down`, `-- @down`, `-- @undo`. The same comment
/// with "up" begins an up section. Other comments, such as "ROLLBACK INSTRUCTIONS", begin no
/// section.
struct RollbackSection {
  /// The statements that apply the migration.
  let up: [UInt8]
  /// The statements that revert the migration.
  let down: [UInt8]
  /// The line at which the down section begins, starting at 1.
  let downLine: Int

  /// Splits a text; nil if it has no down section.
  init?(_ bytes: [UInt8]) {
    // Checked first, because most files have no marker.
    guard Self.mayHoldMarker(bytes) else { return nil }
    var up: [UInt8] = []
    var down: [UInt8] = []
    var downLine = 0
    var isDown = false
    var line = 1
    var start = 0
    var scanner = QuoteScanner()
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      let text = bytes[start..<end]
      // A line inside a string or a block comment is not a marker.
      let marker = scanner.isOutside ? Self.direction(of: text) : nil
      if let marker {
        isDown = marker == .down
        if isDown, downLine == 0 { downLine = line + 1 }
      }
      scanner.read(text)
      if isDown {
        if marker == nil { down += text }
      } else {
        up += text
      }
      line += 1
      start = end
    }
    guard downLine > 0 else { return nil }
    self.up = up
    self.down = down
    self.downLine = downLine
  }

  private static func mayHoldMarker(_ bytes: [UInt8]) -> Bool {
    var index = 0
    while index + 1 < bytes.count {
      guard bytes[index] == UInt8(ascii: "-"), bytes[index + 1] == UInt8(ascii: "-") else {
        index += 1
        continue
      }
      let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      if direction(of: bytes[index..<end]) == .down { return true }
      index = end
    }
    return false
  }

  private static let downMarkers: Set<String> = [
    "migrate:down", "+goose down", "+migrate down", "rollback", "down", "@down", "@undo", "undo",
    "+down", "!down", "rollback:", "down:",
  ]
  private static let upMarkers: Set<String> = [
    "migrate:up", "+goose up", "+migrate up", "up", "@up", "+up", "!up", "up:",
  ]

  /// The direction of a line that contains only a marker.
  static func direction(of line: ArraySlice<UInt8>) -> MigrationStep.Direction? {
    let space: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a }
    let text = line.drop(while: space)
    guard text.count < 64, text.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) else {
      return nil
    }
    let words = String(decoding: text.dropFirst(2), as: UTF8.self).lowercased()
      .split(whereSeparator: \.isWhitespace)
    // Some tools allow options after the marker: `-- migrate:down transaction:false`.
    let marker = words.filter { !$0.hasPrefix("transaction:") && $0 != "notransaction" }
      .joined(separator: " ")
    if downMarkers.contains(marker) { return .down }
    return upMarkers.contains(marker) ? .up : nil
  }
}

/// Tracks quotes and block comments from line to line.
private struct QuoteScanner {
  private enum Place {
    case outside
    case quoted(UInt8)
    case comment
  }
  private var place = Place.outside

  var isOutside: Bool { if case .outside = place { true } else { false } }

  mutating func read(_ line: ArraySlice<UInt8>) {
    var index = line.startIndex
    while index < line.endIndex {
      let byte = line[index]
      let next = index + 1 < line.endIndex ? line[index + 1] : 0
      switch place {
      case .quoted(let quote):
        if byte == quote { place = .outside }
      case .comment:
        if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
          place = .outside
          index += 1
        }
      case .outside:
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): place = .quoted(byte)
        case UInt8(ascii: "["): place = .quoted(UInt8(ascii: "]"))
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"): return
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"):
          place = .comment
          index += 1
        default: break
        }
      }
      index += 1
    }
  }
}
