/// What the catalogue of directories refuses.
public enum DirectoryError: Error, Sendable, Hashable {
  /// There is no such directory.
  case unknownDirectory(ID<Directory>)
  /// There is no such category.
  case unknownCategory(ID<DirectoryCategory>)
  /// The name is empty.
  case emptyName
  /// The address has no host, or white space inside.
  case invalidAddress(String)
  /// Another directory has the same normalised address.
  case duplicateAddress(key: String, existing: ID<Directory>)
  /// An earlier row of the same import has the same normalised address.
  case duplicateInInput(key: String, firstIndex: Int)
  /// A number is outside what the field allows.
  case outOfRange(field: DirectoryField, value: Int64, allowed: ClosedRange<Int64>)
  /// A document is no object or no array where the field wants one.
  case wrongShape(field: DirectoryField, expected: String)
  /// A word of the program's own is blank.
  case blankWord(field: DirectoryField)
  /// The slug is not made of lower-case letters, digits and underscores.
  case invalidSlug(String)
  /// Another category has the slug.
  case duplicateSlug(String, existing: ID<DirectoryCategory>)
}

extension DirectoryError: CustomStringConvertible {
  /// What failed, on which entity, and what to do.
  public var description: String {
    switch self {
    case .unknownDirectory(let id):
      "there is no directory \(id); list the catalogue for those there are"
    case .unknownCategory(let id):
      "there is no directory category \(id); create it first"
    case .emptyName: "a directory or category needs a name; give one that is not empty"
    case .invalidAddress(let address):
      "\"\(address)\" is no web address; expected a host such as example.com, with or without "
        + "scheme and path"
    case .duplicateAddress(let key, let existing):
      "the address \(key) belongs to directory \(existing) already; update that one, or import"
    case .duplicateInInput(let key, let index):
      "the address \(key) stands in row \(index) of the same import already; that row counts"
    case .outOfRange(let field, let value, let allowed):
      "\(field.rawValue) is \(value), expected "
        + (allowed.upperBound == .max
          ? "\(allowed.lowerBound) or more"
          : "\(allowed.lowerBound) to \(allowed.upperBound)")
    case .wrongShape(let field, let expected):
      "\(field.rawValue) is not a JSON \(expected); wrap the value in one"
    case .blankWord(let field): "\(field.rawValue) is blank; give it a word"
    case .invalidSlug(let slug):
      "\"\(slug)\" is no slug; expected lower-case letters, digits and underscores"
    case .duplicateSlug(let slug, let existing):
      "the slug \(slug) belongs to category \(existing) already; use that one or another slug"
    }
  }
}
