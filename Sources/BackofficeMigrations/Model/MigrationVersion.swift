/// The number that orders a migration within its pack: digits of any length, or several of them
/// with dots between.
///
/// Padding does not count (`0007` is `7`), nor do zeros at the end of a dotted number (`1.0` is
/// `1`). Dates with a time, such as `20250821093000`, are numbers as well, and none is too long.
public struct MigrationVersion: Sendable, Hashable {
  /// The number without padding.
  public let description: String

  /// The place before every migration: the target that takes all of them out.
  public static let zero = MigrationVersion(0)

  /// A plain number; one below zero names no migration.
  public init(_ number: Int) { description = String(number) }

  /// Reads digits, with single dots between them; nil for anything else.
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
  /// A plain number.
  public init(integerLiteral value: Int) { self.init(value) }
}

extension MigrationVersion: Comparable {
  /// Whether the left number comes first, component by component.
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

  /// Without padding, the longer number is the greater one.
  private static func precedes(
    _ left: Substring.UTF8View, _ right: Substring.UTF8View
  ) -> Bool {
    left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
  }
}
