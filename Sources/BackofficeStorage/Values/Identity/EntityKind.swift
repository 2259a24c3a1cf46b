/// What kind of thing a row is about, such as `customer`; an open word.
///
/// Each part of the library declares its own kinds, and a program adds those of its entities.
public struct EntityKind: RawRepresentable, Hashable, Sendable, Codable {
  /// The word stored in the file, in snake case.
  public let rawValue: String

  /// Names a kind of a program's own.
  public init(rawValue: String) { self.rawValue = rawValue }
}

extension EntityKind: ColumnConvertible {}

/// Stands for an entity of any kind in an ``ID``.
public enum AnyEntity {}

extension ID {
  /// The same id, of another type.
  public init<Other>(retyping other: ID<Other>) {
    self.init(high: other.high, low: other.low)
  }
}

/// One entity of any kind.
public struct EntityReference: Sendable, Hashable, Codable {
  /// Its kind.
  public var kind: EntityKind
  /// Its id.
  public var id: ID<AnyEntity>

  /// Names an entity.
  public init<Entity>(_ kind: EntityKind, _ id: ID<Entity>) {
    self.kind = kind
    self.id = ID(retyping: id)
  }
}

extension EntityReference: CustomStringConvertible {
  /// The kind and the id.
  public var description: String { "\(kind.rawValue) \(id)" }
}
