public import BackofficeStorage

/// A kind of directory, such as legal or healthcare.
public struct DirectoryCategory: Record, Hashable {
  /// The table.
  public static let tableName = "directory_categories"
  /// The columns, in the order in which they are read and bound.
  public static let columns = [
    "id", "slug", "display_name", "description", "icon", "sort_order", "is_active", "metadata",
    "created_at", "updated_at",
  ]
  /// The statements that write it.
  public static let statements = RecordStatements(Self.self)

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

  /// Reads a row.
  ///
  /// - Throws: `RowDecodingError` when a column holds something else.
  public init(_ row: borrowing Row) throws {
    var column = row.reader()
    id = try column.next()
    slug = try column.next()
    displayName = try column.next()
    description = try column.next()
    icon = try column.next()
    sortOrder = try column.next()
    isActive = try column.next()
    metadata = try column.next()
    createdAt = try column.next()
    updatedAt = try column.next()
  }

  init(id: ID<DirectoryCategory>, new: NewDirectoryCategory, at now: Timestamp) {
    self.id = id
    slug = new.slug
    displayName = new.displayName
    description = new.description
    icon = new.icon
    sortOrder = new.sortOrder
    isActive = true
    metadata = new.metadata
    createdAt = now
    updatedAt = now
  }

  /// Binds the columns.
  public func bind(to binder: inout RecordBinder) throws(SQLiteError) {
    try binder.bind(id)
    try binder.bind(slug)
    try binder.bind(displayName)
    try binder.bind(description)
    try binder.bind(icon)
    try binder.bind(sortOrder)
    try binder.bind(isActive)
    try binder.bind(metadata)
    try binder.bind(createdAt)
    try binder.bind(updatedAt)
  }

  /// Binds the id.
  public func bindKey(to binder: inout RecordBinder) throws(SQLiteError) { try binder.bind(id) }
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
