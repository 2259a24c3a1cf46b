/// A word that belongs to the business, such as a role or a meter, stored as a text.
///
/// A program adds its own words to those that ship as constants. A type declares `rawValue` and
/// `init(rawValue:)` and gets everything else from here. Use ``TextEnum`` where code branches on every word.
public protocol OpenWord: RawRepresentable<String>, Sendable, Hashable, Comparable, Codable,
  CodingKeyRepresentable, ExpressibleByStringLiteral, CustomStringConvertible, Bindable,
  ColumnDecodable
{
  /// Names a word.
  init(rawValue: String)
}

extension OpenWord {
  /// Names a word.
  public init(_ word: String) { self.init(rawValue: word) }

  /// Names a word.
  public init(stringLiteral word: String) { self.init(rawValue: word) }

  /// The word.
  public var description: String { rawValue }

  /// Binds the word in the form in which keys are stored and compared.
  ///
  /// - Throws: `SQLiteError` when SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try rawValue.keyForm.bind(to: parameter)
  }

  /// In the order of the words.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// Whether the word is not blank and has the one form in which the file compares texts.
  package var isWellFormed: Bool {
    !rawValue.allSatisfy(\.isWhitespace) && rawValue.utf8.elementsEqual(rawValue.keyForm.utf8)
  }
}

extension Collection where Element: OpenWord {
  /// The words with commas between them, or `none`.
  package var list: String {
    isEmpty ? "none" : map(\.rawValue).joined(separator: ", ")
  }
}
