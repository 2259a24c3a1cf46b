/// A digest of a schema, which is equal for equal schemas.
///
/// The ledger records it before and after each migration, in order to detect other changes of the
/// schema.
public struct SchemaFingerprint: Sendable, Hashable {
  /// The algorithm: `schema-1` is the SHA-256 of ``DatabaseSchema/canonicalText``.
  public let algorithm: String
  /// The digest, in lower-case hexadecimal digits.
  public let digest: String

  /// The algorithm of this version of the library.
  public static let currentAlgorithm = "schema-1"

  init(canonicalText: String) {
    algorithm = Self.currentAlgorithm
    digest = SHA256.hexDigest(of: Array(canonicalText.utf8))
  }

  /// Parses the format of ``description``; nil for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    algorithm = String(parts[0])
    digest = String(parts[1])
  }

  /// Whether the fingerprint uses the current algorithm.
  public var isCurrent: Bool { algorithm == Self.currentAlgorithm }
}

extension SchemaFingerprint: CustomStringConvertible {
  /// The algorithm, a colon and the digest, as recorded in the ledger.
  public var description: String { "\(algorithm):\(digest)" }
}
