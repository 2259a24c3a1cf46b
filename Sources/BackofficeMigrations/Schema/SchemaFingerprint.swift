/// A digest that two databases share exactly when their schemas are equal.
///
/// The ledger keeps it before and after each step, so that a change by another hand is seen.
public struct SchemaFingerprint: Sendable, Hashable {
  /// How it is made: `schema-1` is the SHA-256 of ``DatabaseSchema/canonicalText``.
  public let algorithm: String
  /// The digest, in lower-case hexadecimal digits.
  public let digest: String

  /// What this version of the library makes.
  public static let currentAlgorithm = "schema-1"

  init(canonicalText: String) {
    algorithm = Self.currentAlgorithm
    digest = SHA256.hexDigest(of: Array(canonicalText.utf8))
  }

  /// Reads what ``description`` wrote; nil for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    algorithm = String(parts[0])
    digest = String(parts[1])
  }

  /// Whether this version of the library makes fingerprints of the same kind.
  public var isCurrent: Bool { algorithm == Self.currentAlgorithm }
}

extension SchemaFingerprint: CustomStringConvertible {
  /// The algorithm, a colon and the digest, as the ledger keeps it.
  public var description: String { "\(algorithm):\(digest)" }
}
