/// A pattern for the files of a folder, such as `seed_*.sql` or `postgres/*`.
///
/// `*` stands for any characters of a name, `**` also for slashes, and `?` for one character. A
/// pattern without a slash matches the last component of a path.
struct FilePattern {
  private let pattern: [UInt8]
  private let isForName: Bool

  init(_ pattern: String) {
    self.pattern = Array(pattern.utf8)
    isForName = !pattern.utf8.contains(UInt8(ascii: "/"))
  }

  /// Whether a path relative to the folder matches.
  func matches(_ path: String) -> Bool {
    let bytes = Array(path.utf8)
    guard isForName, let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else {
      return Self.matches(pattern[...], bytes[...])
    }
    return Self.matches(pattern[...], bytes[(slash + 1)...])
  }

  /// Matches without recursion: after a mismatch, the last star takes one more character.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    var place = pattern.startIndex
    var position = text.startIndex
    var star: (place: Int, position: Int, crossesFolders: Bool)?
    while position < text.endIndex {
      if place < pattern.endIndex, pattern[place] == UInt8(ascii: "*") {
        var next = place
        while next < pattern.endIndex, pattern[next] == UInt8(ascii: "*") { next += 1 }
        star = (next, position, next - place > 1)
        place = next
      } else if place < pattern.endIndex,
        pattern[place] == text[position]
          || (pattern[place] == UInt8(ascii: "?") && text[position] != UInt8(ascii: "/"))
      {
        place += 1
        position += 1
      } else if let last = star,
        last.crossesFolders || text[last.position] != UInt8(ascii: "/")
      {
        star?.position += 1
        place = last.place
        position = last.position + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
