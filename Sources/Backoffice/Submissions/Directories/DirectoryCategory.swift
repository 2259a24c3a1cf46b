/// A kind of directory, such as legal or healthcare.
public struct DirectoryCategory: Record, Hashable {
  /// The table.
  public static let tableName = "directory_categories"

  /// Its identity.
  public let id: ID<DirectoryCategory>
  /// Its name in programs: lower-case letters, digits and underscores, unique.
  public var slug: String
  /// Its name for people.
  public var displayName: String
  /// What belongs into it.
  public var description: String?
  /// A picture for it, by name, address or emoji.
  public var icon: String?
  /// Its place in lists, ascending.
  public var sortOrder: Int
  /// Whether lists show it.
  public var isActive: Bool
  /// Anything a program keeps beside it.
  public var metadata: JSONText
  /// When it was created.
  public let createdAt: Timestamp
  /// When it last changed.
  public var updatedAt: Timestamp
}

extension DirectoryCategory {
  /// Declares the columns and the properties that they store.
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

/// What is needed to create a category.
public struct NewDirectoryCategory: Sendable, Hashable {
  /// Its name in programs: lower-case letters, digits and underscores.
  public var slug: String
  /// Its name for people.
  public var displayName: String
  /// What belongs into it.
  public var description: String?
  /// A picture for it, by name, address or emoji.
  public var icon: String?
  /// Its place in lists, ascending; after the shipped ones by default.
  public var sortOrder: Int
  /// Anything a program keeps beside it.
  public var metadata: JSONText

  /// Describes a category.
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
