/// An enum whose cases are stored as text.
///
/// A column decodes only if it matches a case exactly. A dictionary with such keys encodes as a
/// JSON object.
public protocol TextEnum: RawRepresentable<String>, CaseIterable, Sendable, Hashable, Codable,
  CodingKeyRepresentable, Bindable, ColumnDecodable
{}

extension TextEnum {
  /// The words of the cases that satisfy a condition, as the quoted list of an SQL `IN`.
  package static func list(where condition: (Self) -> Bool) -> String {
    allCases.filter(condition).map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }

  /// Binds the raw value as text.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(rawValue)
  }

  /// Decodes the raw value of a case.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Self? {
    column.withUTF8 { bytes in
      for candidate in allCases where isEqual(candidate.rawValue.utf8, bytes) {
        return candidate
      }
      return nil
    }
  }

  /// Whether a string has these bytes.
  @inlinable
  package static func isEqual(_ text: String.UTF8View, _ bytes: Span<UInt8>) -> Bool {
    let count = bytes.count
    guard text.count == count else { return false }
    let isEqual = unsafe text.withContiguousStorageIfAvailable { text in
      unsafe bytes.withUnsafeBufferPointer { bytes in
        var index = 0
        while index < count {
          guard unsafe text[index] == bytes[index] else { return false }
          index += 1
        }
        return true
      }
    }
    return isEqual ?? zip(text, 0..<count).allSatisfy { $0 == bytes[$1] }
  }
}
