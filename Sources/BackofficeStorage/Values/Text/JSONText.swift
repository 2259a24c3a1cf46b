import Foundation

/// A JSON document, kept and stored as the TEXT that it was written in.
///
/// Equality is that of the text. A column is trusted to hold JSON: its `CHECK(json_valid(…))` says
/// so, and decoding does not look again. `Codable` passes the document as a text inside the text,
/// which keeps every digit of its numbers.
public struct JSONText: Sendable, Hashable {
  /// The document.
  public let text: String

  /// Checks that `text` is a JSON document by RFC 8259, nested no more than 1,000 deep.
  ///
  /// - Throws: ``JSONTextError`` with the byte at which it is not.
  public init(_ text: String) throws(JSONTextError) {
    if let error = UTF8Text.withBytes(of: text, JSONValidator.check) { throw error }
    self.text = text
  }

  /// Writes a value as a document with sorted keys.
  ///
  /// - Throws: `EncodingError` when the value cannot be written, such as NaN; ``JSONTextError`` when
  ///   it is nested more than 1,000 deep.
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

  /// Reads a value from the document.
  ///
  /// - Throws: `DecodingError` when the document has another shape.
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
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(text)
  }

  /// The document, when the column holds a text.
  public static func decode(_ column: borrowing ColumnValue) -> JSONText? {
    // Mostly there is nothing in it, and a constant spares the making of a string.
    switch column.textWord {
    case 0x7d7b: emptyObject
    case 0x5d5b: emptyArray
    default: column.string.map(JSONText.init(trusted:))
    }
  }
}

extension JSONText: Codable {
  /// Reads a text that holds a document.
  ///
  /// - Throws: `DecodingError` when the value is no text or the text no JSON.
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

  /// Writes the document as a text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
