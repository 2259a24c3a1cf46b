public import Backoffice

/// The figures of the submissions to a directory.
public struct DirectoryPerformanceRow: Sendable, Hashable {
  /// The directory.
  public let directory: ID<AnyEntity>
  /// Its name.
  public let name: String
  /// Its category.
  public let category: String
  /// Its domain rating, 0 to 100.
  public let domainRating: Int?
  /// Its priority: high, medium or low.
  public let priorityTier: String
  /// Whether it is in use.
  public let isActive: Bool
  /// How many days an approval takes according to the directory.
  public let expectedApprovalDays: Int
  /// Its submissions; without any, the counts are 0 and the rates nil.
  public let submissions: SubmissionFigures
}

extension Dashboards {
  private static let directoryPage = SQLStatement(
    """
    SELECT d.pk, d.id, d.name, g.slug, d.domain_rating, d.priority_tier, d.is_active,
      d.expected_approval_days
    FROM directories d CROSS JOIN directory_categories g ON g.id = d.category_id
    WHERE d.pk > ? ORDER BY d.pk LIMIT ?
    """)

  private static let submissionsOfDirectory = SQLStatement(
    """
    SELECT \(SubmissionFigures.columns(counterpart: "customer_id")) FROM submissions
    WHERE directory_id = ?1
    """)

  private static let costsOfDirectory = SQLStatement(
    """
    SELECT currency, sum(cost_minor) FROM submissions
    WHERE directory_id = ? AND cost_minor > 0 GROUP BY currency ORDER BY currency
    """)

  /// A page of directories and the figures of their submissions, in the order of creation.
  ///
  /// - Throws: `StorageError` and `SQLiteError` when the file cannot be read.
  /// - Complexity: grows with the submissions to the page's directories.
  public func directoryPerformance(
    after cursor: PageCursor? = nil, limit: Int = PageLimit.standard
  ) throws -> Page<DirectoryPerformanceRow> {
    try access.read { transaction in
      let page: Page<Head> = try transaction.page(
        Self.directoryPage, after: cursor, start: .min, limit: limit)
      let rows = try page.elements.compactMap { head in
        try SubmissionFigures.of(
          head.id, Self.submissionsOfDirectory, Self.costsOfDirectory, transaction
        ).map {
          DirectoryPerformanceRow(
            directory: head.id, name: head.name, category: head.category,
            domainRating: head.domainRating, priorityTier: head.priorityTier,
            isActive: head.isActive, expectedApprovalDays: head.expectedApprovalDays,
            submissions: $0)
        }
      }
      return Page(elements: rows, next: page.next)
    }
  }

  private struct Head: DashboardRow {
    let id: ID<AnyEntity>
    let name: String
    let category: String
    let domainRating: Int?
    let priorityTier: String
    let isActive: Bool
    let expectedApprovalDays: Int

    init(
      _ column: inout some RowColumns & ~Copyable, now: Timestamp
    ) throws(ColumnError) {
      id = try column("id")
      name = try column("name")
      category = try column("category")
      domainRating = try column("domain_rating")
      priorityTier = try column("priority_tier")
      isActive = try column("is_active")
      expectedApprovalDays = try column("expected_approval_days")
    }
  }
}
