/// A file with an up and a down section, separated by comments.
///
/// The comments of dbmate, goose and sql-migrate begin a section wherever they stand. A single word,
/// such as `-- down`, may also be a remark; see ``MigrationFolder/BareMarkers``.
struct ScriptSections {
  /// The statements that apply the migration.
  private(set) var up: [UInt8] = []
  /// The statements that revert the migration; nil if there is no down section.
  private(set) var down: [UInt8]?
  /// The line at which the down section begins, starting at 1.
  private(set) var downLine = 1
  /// Whether the tool that the comments are of compares the names of files as text.
  private(set) var isOrderedByText = false

  /// A line that contains only a marker.
  private struct Marker {
    var direction: MigrationStep.Direction?
    var isBare = false
    /// Whether it belongs to the section that it begins, because it also says something else.
    var hasOptions = false
  }

  /// Splits a text.
  ///
  /// - Throws: ``MigrationError/ambiguousMarker(file:line:text:)``,
  ///   ``MigrationError/invalidText(file:line:reason:)`` for an unknown marker of a known tool.
  init(
    _ bytes: [UInt8], file: String, bareMarkers: MigrationFolder.BareMarkers
  ) throws(MigrationError) {
    up = bytes
    // Checked first, because most files have no marker.
    let markers = try Self.markers(in: bytes, file: file)
    guard !markers.isEmpty else { return }
    isOrderedByText = markers.contains { $0.isDbmate }
    var used = markers.filter { !$0.marker.isBare }
    if used.allSatisfy({ $0.marker.direction != .down }) {
      let bare = markers.filter(\.marker.isBare)
      if let first = bare.first(where: { $0.marker.direction == .down }), used.isEmpty {
        let isMarked = bare[0].marker.direction == .up && bare[0].isFirst
        switch bareMarkers {
        case .sections: used = bare
        case .remarks: return
        case .rejected:
          guard isMarked else {
            throw .ambiguousMarker(file: file, line: first.line, text: first.text)
          }
          used = bare
        }
      }
    }
    guard used.contains(where: { $0.marker.direction == .down }) else { return }
    split(bytes, at: used)
  }

  private mutating func split(_ bytes: [UInt8], at markers: [Place]) {
    up = []
    var down: [UInt8] = []
    var isDown = false
    var start = 0
    var line: Int?
    for place in markers where place.marker.direction != nil {
      if isDown { down += bytes[start..<place.start] } else { up += bytes[start..<place.start] }
      isDown = place.marker.direction == .down
      start = isDown && !place.marker.hasOptions ? place.end : place.start
      if isDown, line == nil { line = place.line + (place.marker.hasOptions ? 0 : 1) }
    }
    if isDown { down += bytes[start...] } else { up += bytes[start...] }
    self.down = down
    downLine = line ?? 1
  }

  // MARK: Markers

  private struct Place {
    let marker: Marker
    let text: String
    let isDbmate: Bool
    /// Whether no statement precedes it.
    let isFirst: Bool
    let line: Int
    let start: Int
    let end: Int
  }

  private static func markers(in bytes: [UInt8], file: String) throws(MigrationError) -> [Place] {
    guard mayHaveMarker(bytes) else { return [] }
    var places: [Place] = []
    var scanner = QuoteScanner()
    var line = 1
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
      let text = bytes[start..<end]
      // A line inside a string or a block comment is not a marker.
      if scanner.isOutside, let comment = comment(text) {
        do {
          if let marker = try marker(comment) {
            places.append(
              Place(
                marker: marker, text: "--\(comment)", isDbmate: comment.contains("migrate:"),
                isFirst: !scanner.hasText, line: line, start: start, end: end))
          }
        } catch {
          throw .invalidText(
            file: file, line: line,
            reason: "the comment [--\(comment)], which the runner does not know; remove it")
        }
      }
      scanner.read(text)
      line += 1
      start = end
    }
    return places
  }

  /// Whether a line would be a marker if it is not inside a string.
  private static func mayHaveMarker(_ bytes: [UInt8]) -> Bool {
    bytes.split(separator: UInt8(ascii: "\n")).contains { line in
      guard let comment = comment(line) else { return false }
      do {
        return try marker(comment) != nil
      } catch {
        return true
      }
    }
  }

  /// The text of a line that is only a comment.
  private static func comment(_ line: ArraySlice<UInt8>) -> String? {
    let space: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a }
    let text = line.drop(while: space)
    guard text.count < 160, text.starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) else {
      return nil
    }
    var end = text.endIndex
    while end > text.startIndex, space(text[end - 1]) { end -= 1 }
    return String(decoding: text[..<end].dropFirst(2), as: UTF8.self)
  }

  private struct UnknownMarker: Error {}

  /// Returns the marker that a comment consists of, or nil for a remark.
  private static func marker(_ comment: String) throws(UnknownMarker) -> Marker? {
    let words = comment.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first else { return nil }
    let rest = Array(words.dropFirst())
    switch first {
    case "migrate:up", "migrate:down":
      guard rest.allSatisfy({ $0.hasPrefix("transaction:") }) else { throw UnknownMarker() }
      return Marker(direction: first == "migrate:up" ? .up : .down, hasOptions: !rest.isEmpty)
    case "+goose", "+migrate":
      return try toolMarker(rest)
    case _ where first.hasPrefix("migrate:"):
      throw UnknownMarker()
    case "@up", "+up", "!up": return rest.isEmpty ? Marker(direction: .up) : nil
    case "@down", "@undo", "+down", "!down": return rest.isEmpty ? Marker(direction: .down) : nil
    case "up", "up:": return rest.isEmpty ? Marker(direction: .up, isBare: true) : nil
    case "down", "down:", "undo", "undo:", "rollback", "rollback:":
      return rest.isEmpty ? Marker(direction: .down, isBare: true) : nil
    default: return nil
    }
  }

  /// A marker after `+goose` or `+migrate`.
  private static func toolMarker(_ words: [String]) throws(UnknownMarker) -> Marker {
    switch words {
    case ["up"]: Marker(direction: .up)
    case ["down"]: Marker(direction: .down)
    case ["up", "notransaction"]: Marker(direction: .up, hasOptions: true)
    case ["down", "notransaction"]: Marker(direction: .down, hasOptions: true)
    // SQLite determines where a statement ends, and the runner the transaction.
    case ["statementbegin"], ["statementend"], ["no", "transaction"], ["envsub", "off"]: Marker()
    default: throw UnknownMarker()
    }
  }
}
