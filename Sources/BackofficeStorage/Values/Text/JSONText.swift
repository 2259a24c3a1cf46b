import Foundation

/// A JSON document, stored as its original text.
///
/// Two documents are equal if their texts are. Decoding a column does not validate the text,
/// because a `CHECK(json_valid(…))` already does. `Codable` encodes the document as a string, which
/// preserves every digit of its numbers.
public struct JSONText: Sendable, Hashable {
  /// The document.
  public let text: String

  /// Creates a document from text that is valid by RFC 8259 and nested at most 1,000 levels deep.
  ///
  /// - Throws: ``JSONTextError`` with the position of the first error.
  public init(_ text: String) throws(JSONTextError) {
    if let error = UTF8Text.withBytes(of: text, JSONValidator.check) { throw error }
    self.text = text
  }

  /// Encodes a value as a document with sorted keys.
  ///
  /// - Throws: `EncodingError` if the value cannot be encoded, such as NaN; ``JSONTextError`` if it
  ///   is nested more than 1,000 levels deep.
  public init(encoding value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try self.init(String(decoding: encoder.encode(value), as: UTF8.self))
  }

  private init(trusted text: String) { self.text = text }

  /// The document `{}`.
  public static let emptyObject = JSONText(trusted: "{}")

  /// The document `null`.
  public static let null = JSONText(trusted: "null")

  /// The document `[]`.
  public static let emptyArray = JSONText(trusted: "[]")

  /// Decodes a value from the document.
  ///
  /// - Throws: `DecodingError` if the document does not match the type.
  public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
  }
}

extension JSONText: CustomStringConvertible {
  /// The document.
  public var description: String { text }
}

extension JSONText: ColumnConvertible {
  /// Binds the text.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(text)
  }

  /// Decodes text.
  public static func decode(_ column: borrowing ColumnValue) -> JSONText? {
    // Most documents are empty, and a constant avoids creating a string.
    switch column.textWord {
    case 0x7d7b: emptyObject
    case 0x5d5b: emptyArray
    default: column.string.map(JSONText.init(trusted:))
    }
  }
}

extension JSONText: Codable {
  /// Decodes a string that contains a document.
  ///
  /// - Throws: `DecodingError` if the value is not a string or the string is not JSON.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(JSONTextError) {
      try self.init(text)
    } catch {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: error.description)
    }
  }

  /// Encodes the document as a string.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
