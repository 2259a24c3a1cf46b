/// A name of the schema, compared as SQLite compares names: by bytes, without the case of ASCII
/// letters.
///
/// Swift compares strings by canonical equivalence, so that two tables of SQLite could be one.
struct SchemaName: Hashable, Sendable {
  /// ASCII without capitals, in which two texts are equal only if their bytes are.
  private let folded: String

  init(_ name: String) {
    folded = name.utf8.allSatisfy(Self.isPlain) ? name : Self.folded(name)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte < 0x80 && byte != escape && !isCapital(byte)
  }

  private static func isCapital(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
  }

  private static let escape: UInt8 = 1

  private static func folded(_ name: String) -> String {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      if isCapital(byte) {
        bytes.append(byte | 0x20)
      } else if isPlain(byte) {
        bytes.append(byte)
      } else {
        bytes += [escape, UInt8(ascii: "0") + byte >> 4, UInt8(ascii: "0") + byte & 0x0f]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
