/// The version of a migration: a number with any number of digits, several numbers separated by
/// dots, or the name of a file.
///
/// Leading zeros are ignored (`0007` is `7`), and so are trailing zero components (`1.0` is `1`).
/// Timestamps such as `20250821093000` are valid versions. In a folder that is read in the order of
/// its names (``MigrationFolder/Order/name``), the name without its extension is the version.
public struct MigrationVersion: Sendable, Hashable {
  /// The version without leading zeros, or the name.
  public let description: String
  /// Whether the version is a name.
  let isName: Bool

  /// The version before all migrations: the target that reverts all of them.
  public static let zero = MigrationVersion(0)

  /// Creates a version from a number, which must not be negative.
  public init(_ number: Int) {
    description = String(number)
    isName = false
  }

  /// Parses digits separated by single dots; nil for any other format.
  public init?(_ text: String) {
    guard let canonical = Self.canonical(text.utf8) else { return nil }
    description = canonical
    isName = false
  }

  /// Creates the version of a file in a folder in the order of names.
  init(named name: String) {
    // A name that is a number must differ from that number.
    description = Self.canonical(name.utf8) == nil ? name : name + "_"
    isName = true
  }

  /// Reads a version as the ledger records it.
  init(recorded text: String) { self = MigrationVersion(text) ?? MigrationVersion(named: text) }

  private static func canonical(_ text: String.UTF8View) -> String? {
    var parts: [String] = []
    for part in text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard !part.isEmpty, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      let digits = part.drop { $0 == 0x30 }
      parts.append(digits.isEmpty ? "0" : String(Substring(digits)))
    }
    while parts.count > 1, parts.last == "0" { parts.removeLast() }
    return parts.joined(separator: ".")
  }
}

extension MigrationVersion: LosslessStringConvertible {}

extension MigrationVersion: ExpressibleByIntegerLiteral {
  /// Creates a version from a number.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension MigrationVersion: Comparable {
  /// Whether `left` precedes `right`: numbers component by component, then names by their bytes.
  public static func < (left: MigrationVersion, right: MigrationVersion) -> Bool {
    if left.description == right.description { return false }
    guard !left.isName, !right.isName else {
      guard left.isName == right.isName else { return right.isName }
      return left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }
    let dot = UInt8(ascii: ".")
    guard left.description.utf8.contains(dot) || right.description.utf8.contains(dot) else {
      return precedes(left.description.utf8[...], right.description.utf8[...])
    }
    let left = left.description.utf8.split(separator: dot)
    let right = right.description.utf8.split(separator: dot)
    for (left, right) in zip(left, right) where !left.elementsEqual(right) {
      return precedes(left, right)
    }
    return left.count < right.count
  }

  /// Without leading zeros, the longer number is greater.
  private static func precedes(
    _ left: Substring.UTF8View, _ right: Substring.UTF8View
  ) -> Bool {
    left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
  }
}
