/// Who acts: a kind, and which one of that kind where it matters.
///
/// Its text is `kind:id`, or the kind alone: `staff:019a9f0c-…`, `system`.
public struct Principal: Sendable, Hashable {
  /// What can act.
  public enum Kind: String, TextEnum {
    /// The store and the program around it.
    case system
    /// A person of the team.
    case staff
    /// A person or program that works through pending actions.
    case assistant
    /// A customer.
    case customer
    /// A worker of the queue.
    case worker
    /// A caller of an interface.
    case api
    /// An import of existing data.
    case importer
  }

  /// What acts.
  public let kind: Kind

  /// Which one of that kind; never an empty text.
  public let id: String?

  /// One who acts; an empty `id` counts as none.
  public init(kind: Kind, id: String? = nil) {
    self.kind = kind
    self.id = id?.isEmpty == true ? nil : id
  }

  /// The store itself.
  public static let system = Principal(kind: .system)
}

extension Principal: LosslessStringConvertible {
  /// The text `kind:id`, or the kind alone.
  public var description: String {
    guard let id else { return kind.rawValue }
    return "\(kind.rawValue):\(id)"
  }

  /// Reads `kind:id` or a kind alone; nil for an unknown kind or an empty id.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }) else { return nil }
    if parts.count > 1, parts[1].isEmpty { return nil }
    self.init(kind: kind, id: parts.count > 1 ? String(parts[1]) : nil)
  }
}

extension Principal: ColumnConvertible {
  /// Binds the text `kind:id`.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(description)
  }

  /// The principal, when the column holds a text `kind:id`.
  public static func decode(_ column: borrowing ColumnValue) -> Principal? {
    column.string.flatMap(Principal.init)
  }

  /// A member of staff with this number.
  public static func columnSample(_ number: Int) -> Principal? {
    Principal(kind: .staff, id: "\(number)")
  }
}

extension Principal: Codable {
  /// Reads a text `kind:id`.
  ///
  /// - Throws: `DecodingError` when the value is no such text.
  public init(from decoder: any Decoder) throws {
    self = try decoder.singleText(as: Principal.self)
  }

  /// Writes the text `kind:id`.
  public func encode(to encoder: any Encoder) throws { try encoder.writeSingleText(self) }
}
