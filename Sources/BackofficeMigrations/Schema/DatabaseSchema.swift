/// The structure of a database: its tables, indexes, triggers and views.
///
/// Schemas are compared by meaning: white space, comments, quotes, the case of keywords and the
/// position of a constraint do not matter. The order of columns does, because it affects `SELECT
/// *`.
///
/// SQLite's internal tables, the shadow tables of virtual tables, and the ledger of migrations are
/// not included.
public struct DatabaseSchema: Sendable, Hashable {
  /// The tables, virtual ones included, by name.
  public let tables: [Table]
  /// The views, by name.
  public let views: [View]

  /// Returns the table with this name; the case does not matter.
  public func table(_ name: String) -> Table? {
    let name = name.lowercased()
    return tables.first { $0.name.lowercased() == name }
  }

  /// Whether there are no tables and views.
  public var isEmpty: Bool { tables.isEmpty && views.isEmpty }

  /// The digest of ``canonicalText``.
  public var fingerprint: SchemaFingerprint { SchemaFingerprint(canonicalText: canonicalText) }
}

extension DatabaseSchema {
  /// A table.
  public struct Table: Sendable, Hashable {
    /// The name as written in the schema.
    public let name: String
    /// Whether the table is `STRICT`.
    public let isStrict: Bool
    /// Whether the table is `WITHOUT ROWID`.
    public let isWithoutRowID: Bool
    /// Whether the primary key is `AUTOINCREMENT`.
    public let isAutoincrement: Bool
    /// The module and arguments of a virtual table; nil for an ordinary one.
    public let module: String?
    /// The columns, in order.
    public let columns: [Column]
    /// The columns of the primary key, in key order; empty if there is none.
    public let primaryKey: [KeyPart]
    /// The `UNIQUE` constraints, sorted.
    public let uniqueConstraints: [[KeyPart]]
    /// The `CHECK` constraints of the columns and the table, sorted.
    public let checks: [Check]
    /// The foreign keys, sorted.
    public let foreignKeys: [ForeignKey]
    /// The `ON CONFLICT` clauses of constraints, sorted.
    public let conflictClauses: [String]
    /// The indexes that were created by `CREATE INDEX`, by name.
    public let indexes: [Index]
    /// The SQL triggers, by name.
    public let triggers: [Trigger]

    /// The column that is the rowid, because it is declared `INTEGER PRIMARY KEY`; nil if there is
    /// none.
    public var rowIDColumn: String? {
      guard module == nil, !isWithoutRowID, primaryKey.count == 1, let key = primaryKey.first,
        !key.isDescending, let column = column(key.expression), column.type == "INTEGER"
      else { return nil }
      return column.name
    }

    /// Returns the column with this name; the case does not matter.
    public func column(_ name: String) -> Column? {
      let name = name.lowercased()
      return columns.first { $0.name.lowercased() == name }
    }
  }

  /// A column.
  public struct Column: Sendable, Hashable {
    /// The name as written in the schema.
    public let name: String
    /// The declared type in capitals; empty if there is none.
    public let type: String
    /// Whether the column is `NOT NULL`.
    public let isNotNull: Bool
    /// The default expression; nil if there is none.
    public let defaultValue: String?
    /// The collating sequence, in capitals.
    public let collation: String
    /// The generation expression; nil if the column is not generated.
    public let generated: Generated?
    /// Whether it is a hidden column of a virtual table.
    public let isHidden: Bool
  }

  /// The expression of a generated column.
  public struct Generated: Sendable, Hashable {
    /// The expression.
    public let expression: String
    /// Whether the column is `STORED` instead of `VIRTUAL`.
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
    /// The name of the constraint; nil if it has none.
    public let name: String?
    /// The expression.
    public let expression: String
  }

  /// A foreign key.
  public struct ForeignKey: Sendable, Hashable {
    /// The referring columns.
    public let columns: [String]
    /// The parent table.
    public let parent: String
    /// The parent columns; empty for the primary key of ``parent``.
    public let parentColumns: [String]
    /// The `ON UPDATE` action, such as `CASCADE`.
    public let onUpdate: String
    /// The `ON DELETE` action.
    public let onDelete: String
    /// Whether the constraint is deferred to the commit.
    public let isDeferred: Bool
  }

  /// An index that was created by `CREATE INDEX`.
  public struct Index: Sendable, Hashable {
    /// The name as written in the schema.
    public let name: String
    /// Whether the index is unique.
    public let isUnique: Bool
    /// The indexed columns and expressions, in order.
    public let parts: [KeyPart]
    /// The `WHERE` expression of a partial index; nil if it contains all rows.
    public let predicate: String?
  }

  /// An SQL trigger.
  public struct Trigger: Sendable, Hashable {
    /// The name as written in the schema.
    public let name: String
    /// The definition after the name.
    public let body: String
  }

  /// A view.
  public struct View: Sendable, Hashable {
    /// The name as written in the schema.
    public let name: String
    /// The columns; empty if the view cannot be read, for example because a table is missing.
    public let columns: [String]
    /// The definition after the name.
    public let body: String
    /// The `INSTEAD OF` triggers, by name.
    public let triggers: [Trigger]
  }
}
