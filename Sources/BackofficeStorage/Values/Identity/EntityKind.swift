/// The kind of an entity, such as `customer`; programs can add kinds of their own.
///
/// Each module of the library declares its kinds, and a program adds those of its entities.
public struct EntityKind: OpenWord {
  /// The value stored in the file, in snake case.
  public let rawValue: String

  /// Creates a kind.
  public init(rawValue: String) { self.rawValue = rawValue }
}

/// The type parameter of an ``ID`` whose entity can be of any kind.
public enum AnyEntity {}

extension ID {
  /// Creates the same ID with another entity type.
  public init<Other>(retyping other: ID<Other>) {
    self.init(high: other.high, low: other.low)
  }
}

/// A reference to an entity of any kind.
public struct EntityReference: Sendable, Hashable, Codable {
  /// The kind of the entity.
  public var kind: EntityKind
  /// The ID of the entity.
  public var id: ID<AnyEntity>

  /// Creates a reference.
  public init<Entity>(_ kind: EntityKind, _ id: ID<Entity>) {
    self.kind = kind
    self.id = ID(retyping: id)
  }
}

extension EntityReference: CustomStringConvertible {
  /// The kind and the ID.
  public var description: String { "\(kind.rawValue) \(id)" }
}
