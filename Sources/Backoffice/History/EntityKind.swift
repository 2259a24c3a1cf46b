/// What kind of thing a history row or an audit row is about.
///
/// Open: a program keeps the history of its own entities beside the core's.
public struct EntityKind: RawRepresentable, Hashable, Sendable, Codable {
  /// The word stored in the file, in snake case.
  public let rawValue: String

  /// Names a kind of a program's own.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// A customer and its place in the sales pipeline.
  public static let customer = EntityKind(rawValue: "customer")
  /// A customer's subscription.
  public static let subscription = EntityKind(rawValue: "subscription")
  /// A batch of queue items.
  public static let batch = EntityKind(rawValue: "batch")
  /// Something a person must do.
  public static let action = EntityKind(rawValue: "action")
  /// A submission to a directory.
  public static let submission = EntityKind(rawValue: "submission")
  /// A plan of changes that waits for approval.
  public static let plan = EntityKind(rawValue: "plan")
}

extension EntityKind: ColumnConvertible {
  /// Binds the word.
  public func bind(to parameter: borrowing Parameter) throws(SQLiteError) {
    try parameter.bind(rawValue)
  }

  /// The kind, when the column holds a text.
  public static func decode(_ column: borrowing ColumnValue) -> EntityKind? {
    column.string.map(EntityKind.init(rawValue:))
  }
}

/// Stands for an entity of any kind in an ``ID``.
public enum AnyEntity {}

extension ID {
  /// The same id, of another type.
  public init<Other>(retyping other: ID<Other>) {
    self.init(high: other.high, low: other.low)
  }
}
