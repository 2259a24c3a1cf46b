/// What is counted: submissions, fixes, purchases, calls of an interface.
///
/// Open: a program names its own.
public struct Meter: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral {
  /// The word stored in the file, in snake case.
  public let rawValue: String

  /// Names a meter.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Names a meter.
  public init(stringLiteral value: String) { rawValue = value }

  /// Submissions to directories.
  public static let submissions = Meter(rawValue: "submissions")
}

extension Meter: CustomStringConvertible {
  /// The word.
  public var description: String { rawValue }
}

extension Meter: ColumnConvertible {}
