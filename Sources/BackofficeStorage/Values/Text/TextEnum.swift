/// An enum whose cases are stored as TEXT.
///
/// A column decodes only to a case that exists, letter by letter. A dictionary by case becomes a JSON
/// object.
public protocol TextEnum: RawRepresentable<String>, CaseIterable, Sendable, Hashable, Codable,
  CodingKeyRepresentable, Bindable, ColumnDecodable
{}

extension TextEnum {
  /// Binds the raw value as a text.
  @inlinable
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(rawValue)
  }

  /// The case whose raw value the column holds.
  @inlinable
  public static func decode(_ column: borrowing ColumnValue) -> Self? {
    column.withUTF8 { bytes in
      for candidate in allCases where isEqual(candidate.rawValue.utf8, bytes) {
        return candidate
      }
      return nil
    }
  }

  /// Whether a word has these bytes.
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
