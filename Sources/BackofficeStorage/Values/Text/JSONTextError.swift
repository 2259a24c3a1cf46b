/// Why a text is no JSON document.
public struct JSONTextError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong with the text.
  public enum Reason: String, Sendable, Hashable {
    /// The text ends inside the document.
    case unexpectedEnd = "the document ends too early"
    /// A byte stands where the grammar has no place for it.
    case unexpectedByte = "unexpected byte"
    /// A number is not written as RFC 8259 wants it.
    case badNumber = "malformed number"
    /// A string holds an escape that does not exist.
    case badEscape = "malformed escape"
    /// A string holds a control character that must be escaped.
    case controlCharacter = "unescaped control character"
    /// Arrays and objects lie more than 1,000 deep.
    case tooDeep = "nested more than 1,000 deep"
  }

  /// What is wrong.
  public let reason: Reason

  /// The byte of the UTF-8 text at which it is wrong, counted from 0.
  public let offset: Int

  /// The reason and the byte, in words.
  public var description: String { "No JSON: \(reason.rawValue) at byte \(offset)." }

  init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }
}
