/// A kind of directory, such as legal or healthcare.
public struct DirectoryCategory: Record, Hashable {
  /// The table.
  public static let tableName = "directory_categories"

  /// The category's id.
  public let id: ID<DirectoryCategory>
  /// The unique name for programs: lower-case letters, digits and underscores.
  public var slug: String
  /// The name shown to people.
  public var displayName: String
  /// The description.
  public var description: String?
  /// An icon: its name, URL or emoji.
  public var icon: String?
  /// The position in lists, ascending.
  public var sortOrder: Int
  /// Whether lists include the category.
  public var isActive: Bool
  /// Further data of the program.
  public var metadata: JSONText
  /// When it was created.
  public let createdAt: Timestamp
  /// When the row was last changed.
  public var updatedAt: Timestamp
}

extension DirectoryCategory {
  /// Maps each column to the property that it stores.
  ///
  /// - Throws: the `ColumnError` of a column, which the initializer passes on.
  public init(_ column: inout some RecordColumns<Self> & ~Copyable) throws(ColumnError) {
    try self.init(
      id: column("id", \.id), slug: column("slug", \.slug),
      displayName: column("display_name", \.displayName),
      description: column("description", \.description), icon: column("icon", \.icon),
      sortOrder: column("sort_order", \.sortOrder), isActive: column("is_active", \.isActive),
      metadata: column("metadata", \.metadata), createdAt: column("created_at", \.createdAt),
      updatedAt: column("updated_at", \.updatedAt))
  }

  init(id: ID<DirectoryCategory>, new: NewDirectoryCategory, at now: Timestamp) {
    self.init(
      id: id, slug: new.slug, displayName: new.displayName, description: new.description,
      icon: new.icon, sortOrder: new.sortOrder, isActive: true, metadata: new.metadata,
      createdAt: now, updatedAt: now)
  }
}

/// A category to create.
public struct NewDirectoryCategory: Sendable, Hashable {
  /// The unique name for programs: lower-case letters, digits and underscores.
  public var slug: String
  /// The name shown to people.
  public var displayName: String
  /// The description.
  public var description: String?
  /// An icon: its name, URL or emoji.
  public var icon: String?
  /// The position in lists, ascending; after the built-in categories by default.
  public var sortOrder: Int
  /// Further data of the program.
  public var metadata: JSONText

  /// Creates a category.
  public init(
    slug: String, displayName: String, description: String? = nil, icon: String? = nil,
    sortOrder: Int = 100, metadata: JSONText = .emptyObject
  ) {
    self.slug = slug
    self.displayName = displayName
    self.description = description
    self.icon = icon
    self.sortOrder = sortOrder
    self.metadata = metadata
  }
}
