/// The version of a migration: a number with any number of digits, or several numbers separated by
/// dots.
///
/// Leading zeros are ignored (`0007` is `7`), and so are trailing zero components (`1.0` is `1`).
/// Timestamps such as `20250821093000` are valid versions.
public struct MigrationVersion: Sendable, Hashable {
  /// The version without leading zeros.
  public let description: String

  /// The version before all migrations: the target that reverts all of them.
  public static let zero = MigrationVersion(0)

  /// Creates a version from a number, which must not be negative.
  public init(_ number: Int) { description = String(number) }

  /// Parses digits separated by single dots; nil for any other format.
  public init?(_ text: String) {
    guard let canonical = Self.canonical(text.utf8) else { return nil }
    description = canonical
  }

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
  /// Whether `left` precedes `right`, component by component.
  public static func < (left: MigrationVersion, right: MigrationVersion) -> Bool {
    if left.description == right.description { return false }
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
