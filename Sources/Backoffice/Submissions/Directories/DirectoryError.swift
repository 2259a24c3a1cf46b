/// An error that ``Directories`` and ``DirectoryCategories`` throw.
public enum DirectoryError: Error, Sendable, Hashable {
  /// The directory does not exist.
  case unknownDirectory(ID<Directory>)
  /// The category does not exist.
  case unknownCategory(ID<DirectoryCategory>)
  /// The name is empty.
  case emptyName
  /// The address has no host or contains white space.
  case invalidAddress(String)
  /// Another directory has the same normalised address.
  case duplicateAddress(key: String, existing: ID<Directory>)
  /// An earlier row of the same import has the same normalised address.
  case duplicateInInput(key: String, firstIndex: Int)
  /// The number is out of range.
  case outOfRange(field: DirectoryField, value: Int64, allowed: ClosedRange<Int64>)
  /// The document is not the JSON object or array that the field requires.
  case wrongShape(field: DirectoryField, expected: String)
  /// The value is blank.
  case blankWord(field: DirectoryField)
  /// The slug contains other characters than lower-case letters, digits and underscores.
  case invalidSlug(String)
  /// Another category has the slug.
  case duplicateSlug(String, existing: ID<DirectoryCategory>)
}

extension DirectoryError: CustomStringConvertible {
  /// What failed, on which entity, and what to do.
  public var description: String {
    switch self {
    case .unknownDirectory(let id):
      "there is no directory \(id); use the id of an existing one"
    case .unknownCategory(let id):
      "there is no directory category \(id); create it first"
    case .emptyName: "a directory or category needs a name"
    case .invalidAddress(let address):
      "\"\(address)\" is not a web address; expected a host such as example.com, with or without "
        + "scheme and path"
    case .duplicateAddress(let key, let existing):
      "the address \(key) already belongs to directory \(existing); update that one, or use an import"
    case .duplicateInInput(let key, let index):
      "the address \(key) already appears in row \(index) of this import; that row is used"
    case .outOfRange(let field, let value, let allowed):
      "\(field.rawValue) is \(value), expected "
        + (allowed.upperBound == .max
          ? "\(allowed.lowerBound) or more"
          : "\(allowed.lowerBound) to \(allowed.upperBound)")
    case .wrongShape(let field, let expected):
      "\(field.rawValue) is not a JSON \(expected); wrap the value in one"
    case .blankWord(let field): "\(field.rawValue) is blank; give it a value"
    case .invalidSlug(let slug):
      "\"\(slug)\" is not a slug; expected lower-case letters, digits and underscores"
    case .duplicateSlug(let slug, let existing):
      "the slug \(slug) already belongs to category \(existing); use that one or another slug"
    }
  }
}
