/// The structure of a database: what SQLite itself reports of its tables, indexes, triggers and
/// views.
///
/// Two databases have equal schemas when they treat rows alike, however they were made: spaces,
/// comments, quotes, the case of keywords and the place of a constraint do not matter. The order of
/// the columns does, as `SELECT *` shows it.
///
/// What follows from the rest is not part of it: the tables of SQLite itself, those in which a
/// virtual table keeps its data, and the ledger of migrations.
public struct DatabaseSchema: Sendable, Hashable {
  /// The tables, virtual ones included, by name.
  public let tables: [Table]
  /// The views, by name.
  public let views: [View]

  /// The table of that name, in any case.
  public func table(_ name: String) -> Table? {
    let name = name.lowercased()
    return tables.first { $0.name.lowercased() == name }
  }

  /// Whether there is neither a table nor a view.
  public var isEmpty: Bool { tables.isEmpty && views.isEmpty }

  /// The digest of ``canonicalText``.
  public var fingerprint: SchemaFingerprint { SchemaFingerprint(canonicalText: canonicalText) }
}

extension DatabaseSchema {
  /// A table and what belongs to it.
  public struct Table: Sendable, Hashable {
    /// The name as it was written.
    public let name: String
    /// Whether values must have the type of their column.
    public let isStrict: Bool
    /// Whether the primary key is the key of the rows.
    public let isWithoutRowID: Bool
    /// Whether a key that was given out is never given again.
    public let isAutoincrement: Bool
    /// The module and arguments of a virtual table; nil for an ordinary one.
    public let module: String?
    /// The columns, in their order.
    public let columns: [Column]
    /// The columns of the primary key, in its order; empty without one.
    public let primaryKey: [KeyPart]
    /// The `UNIQUE` constraints, which are indexes without a name, in a fixed order.
    public let uniqueConstraints: [[KeyPart]]
    /// The `CHECK` constraints, of columns and of the table, in a fixed order.
    public let checks: [Check]
    /// The foreign keys, in a fixed order.
    public let foreignKeys: [ForeignKey]
    /// What a constraint says of conflicts, which SQLite reports nowhere, in a fixed order.
    public let conflictClauses: [String]
    /// The indexes that were created by name, by name.
    public let indexes: [Index]
    /// The SQL triggers, by name.
    public let triggers: [Trigger]

    /// The column of that name, in any case.
    public func column(_ name: String) -> Column? {
      let name = name.lowercased()
      return columns.first { $0.name.lowercased() == name }
    }
  }

  /// A column.
  public struct Column: Sendable, Hashable {
    /// The name as it was written.
    public let name: String
    /// The declared type in capitals; empty when there is none.
    public let type: String
    /// Whether NULL is refused.
    public let isNotNull: Bool
    /// The default as an expression; nil when there is none.
    public let defaultValue: String?
    /// The collating sequence, in capitals.
    public let collation: String
    /// What a generated column is computed from; nil for one that holds its own values.
    public let generated: Generated?
    /// Whether `SELECT *` leaves it out, as a virtual table may say.
    public let isHidden: Bool
  }

  /// How a generated column is computed.
  public struct Generated: Sendable, Hashable {
    /// The expression.
    public let expression: String
    /// Whether the value is kept in the row.
    public let isStored: Bool
  }

  /// A column or expression of a key.
  public struct KeyPart: Sendable, Hashable {
    /// The column's name, or the expression.
    public let expression: String
    /// The collating sequence, in capitals.
    public let collation: String
    /// Whether the order is descending.
    public let isDescending: Bool
  }

  /// A `CHECK` constraint.
  public struct Check: Sendable, Hashable {
    /// Its name; nil when it has none.
    public let name: String?
    /// What must hold.
    public let expression: String
  }

  /// A foreign key.
  public struct ForeignKey: Sendable, Hashable {
    /// The columns that refer.
    public let columns: [String]
    /// The table they refer to.
    public let parent: String
    /// The columns they refer to; empty for the primary key of ``parent``.
    public let parentColumns: [String]
    /// What happens when the parent's key changes, such as `CASCADE`.
    public let onUpdate: String
    /// What happens when the parent is deleted.
    public let onDelete: String
    /// Whether it is checked at the commit only.
    public let isDeferred: Bool
  }

  /// An index that was created by name.
  public struct Index: Sendable, Hashable {
    /// The name as it was written.
    public let name: String
    /// Whether two rows may not have the same key.
    public let isUnique: Bool
    /// What is indexed, in its order.
    public let parts: [KeyPart]
    /// Which rows are in it; nil for all.
    public let predicate: String?
  }

  /// An SQL trigger.
  public struct Trigger: Sendable, Hashable {
    /// The name as it was written.
    public let name: String
    /// When it runs and what it does, behind its name.
    public let body: String
  }

  /// A view.
  public struct View: Sendable, Hashable {
    /// The name as it was written.
    public let name: String
    /// Its columns; empty when the view cannot be read, as when a table is gone.
    public let columns: [String]
    /// The query, behind the name.
    public let body: String
    /// The `INSTEAD OF` triggers, by name.
    public let triggers: [Trigger]
  }
}
