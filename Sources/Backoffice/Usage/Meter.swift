public import BackofficeStorage

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

  /// Completed queue items of a customer, counted by the store itself.
  public static let submissions = Meter(rawValue: "submissions")
}

extension Meter: CustomStringConvertible {
  /// The word.
  public var description: String { rawValue }
}

extension Meter: ColumnConvertible {
  /// Binds the word.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(rawValue)
  }

  /// The meter, when the column holds a text.
  public static func decode(_ column: borrowing ColumnValue) -> Meter? {
    column.string.map(Meter.init(rawValue:))
  }
}
