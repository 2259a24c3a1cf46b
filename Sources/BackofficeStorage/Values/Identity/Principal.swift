/// The person or program that performs an operation: a kind, and optionally an ID.
///
/// Its text is `kind:id`, or only the kind: `staff:019a9f0c-…`, `system`.
public struct Principal: Sendable, Hashable {
  /// The kind of a principal.
  ///
  /// A program can add kinds. A kind starts with a lowercase letter and continues with lowercase letters,
  /// digits, `_`, `.` and `-`.
  public struct Kind: OpenWord {
    /// The value stored in the file.
    public let rawValue: String

    /// Creates a kind.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The store and the program that uses it.
    public static let system = Kind("system")
    /// A member of staff.
    public static let staff = Kind("staff")
    /// A person or program that completes pending actions.
    public static let assistant = Kind("assistant")
    /// A customer.
    public static let customer = Kind("customer")
    /// A worker of the queue.
    public static let worker = Kind("worker")
    /// A caller of an API.
    public static let api = Kind("api")
    /// An import of existing data.
    public static let importer = Kind("importer")
    /// Replaces an invalid kind; it has no rights.
    public static let unknown = Kind("unknown")

    fileprivate var isKind: Bool {
      let word = rawValue.utf8
      guard let first = word.first, (0x61...0x7a).contains(first) else { return false }
      return word.allSatisfy { byte in
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte)
          || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
      }
    }
  }

  /// The kind.
  public let kind: Kind

  /// The ID within the kind; never empty.
  public let id: String?

  /// Creates a principal; an empty `id` counts as nil, and an invalid kind as ``Kind/unknown``.
  public init(kind: Kind, id: String? = nil) {
    self.kind = kind.isKind ? kind : .unknown
    self.id = id?.isEmpty == true ? nil : id
  }

  /// The store itself.
  public static let system = Principal(kind: .system)
}

extension Principal: LosslessStringConvertible {
  /// The text `kind:id`, or only the kind.
  public var description: String {
    guard let id else { return kind.rawValue }
    return "\(kind.rawValue):\(id)"
  }

  /// Parses `kind:id` or a kind; nil for an invalid kind or an empty ID.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = parts.first.map({ Kind(String($0)) }), kind.isKind else { return nil }
    if parts.count > 1, parts[1].isEmpty { return nil }
    self.init(kind: kind, id: parts.count > 1 ? String(parts[1]) : nil)
  }
}

extension Principal: ColumnConvertible {
  /// Binds the text `kind:id`.
  ///
  /// - Throws: ``SQLiteError`` if SQLite refuses the value.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(description)
  }

  /// Decodes the text `kind:id`.
  public static func decode(_ column: borrowing ColumnValue) -> Principal? {
    column.string.flatMap(Principal.init)
  }

  /// A staff member with this number as the ID.
  public static func columnSample(_ number: Int) -> Principal? {
    Principal(kind: .staff, id: "\(number)")
  }
}

extension Principal: Codable {
  /// Decodes the text `kind:id`.
  ///
  /// - Throws: `DecodingError` if the value has another format.
  public init(from decoder: any Decoder) throws {
    self = try decoder.singleText(as: Principal.self)
  }

  /// Encodes the text `kind:id`.
  ///
  /// - Throws: any error that the encoder throws.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}
