/// One step of a schema: what brings it in, and what takes it out again.
///
/// A step that was released is never edited: what changed later is a step of its own.
public struct Migration: Sendable, Hashable {
  /// The number that orders it within its pack, from 1.
  public let version: Int
  /// What it is about, in lower-case letters, digits and underscores.
  public let name: String
  /// The statements that bring it in.
  public let up: String
  /// The statements that restore the schema before it; nil when there is no way back.
  public let down: String?
  /// The digest of ``up``, by ``checksumAlgorithm``.
  public let checksum: String

  /// How ``checksum`` is made, as the ledger notes it: SHA-256 of the UTF-8 bytes of the text
  /// without a byte order mark, with LF line ends, and one of those at its end.
  public static let checksumAlgorithm = "sha256-lf"

  /// Creates a step; line ends and a byte order mark of its texts do not matter.
  public init(version: Int, name: String, up: String, down: String? = nil) {
    let text = Self.normalized(up)
    self.init(
      version: version, name: name, embedded: text, down: down.map(Self.normalized),
      checksum: Self.checksum(of: text))
  }

  /// A step whose texts and checksum come from a generated file that a test keeps true.
  package init(
    version: Int, name: String, embedded up: String, down: String?, checksum: String
  ) {
    self.version = version
    self.name = name
    self.up = up
    self.down = down
    self.checksum = checksum
  }

  /// The digest of a text that is normalised already.
  package static func checksum(of text: String) -> String {
    SHA256.hexDigest(of: Array(text.utf8))
  }

  /// The text as it is hashed and run, the same whatever editor or checkout it went through.
  package static func normalized(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 1)
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\n"), bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
      bytes.append(byte)
    }
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.removeFirst(3) }
    while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") {
      bytes.removeLast()
    }
    bytes.append(UInt8(ascii: "\n"))
    return String(decoding: bytes, as: UTF8.self)
  }
}
