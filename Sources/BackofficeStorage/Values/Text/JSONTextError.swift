/// The reason why text is not a JSON document.
public struct JSONTextError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of error.
  public enum Reason: String, Sendable, Hashable {
    /// The text ends before the document does.
    case unexpectedEnd = "unexpected end of the document"
    /// A byte is not allowed at its position.
    case unexpectedByte = "unexpected byte"
    /// A number is not valid by RFC 8259.
    case badNumber = "malformed number"
    /// A string contains an invalid escape sequence.
    case badEscape = "malformed escape"
    /// A string contains an unescaped control character.
    case controlCharacter = "unescaped control character"
    /// Arrays and objects are nested more than 1,000 levels deep.
    case tooDeep = "nested more than 1,000 levels deep"
  }

  /// The kind of error.
  public let reason: Reason

  /// The byte offset of the error in the UTF-8 text, starting at 0.
  public let offset: Int

  /// The reason and the byte offset.
  public var description: String { "Invalid JSON: \(reason.rawValue) at byte \(offset)." }

  init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
