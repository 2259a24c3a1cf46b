import Backoffice

/// The statuses of a pipeline that figures depend on.
struct Pipeline {
  struct Status {
    let name: String
    let label: String
    let isConverted: Bool
    let isLost: Bool
  }

  static let standard = "sales"

  private static let definitions = SQLStatement(
    """
    SELECT status, label, is_converted, is_lost FROM status_definitions
    WHERE pipeline = ? ORDER BY position, status
    """)

  let name: String
  /// In the order of the pipeline.
  let statuses: [Status]
  let converted: Set<String>
  let lost: Set<String>

  init(_ name: String, _ transaction: borrowing some Transaction & ~Copyable) throws {
    self.name = name
    statuses = try transaction.fetchAll(Self.definitions, name) { row in
      Status(
        name: try row.value(at: 0), label: try row.value(at: 1),
        isConverted: try row.value(at: 2), isLost: try row.value(at: 3))
    }
    converted = Set(statuses.lazy.filter(\.isConverted).map(\.name))
    lost = Set(statuses.lazy.filter(\.isLost).map(\.name))
  }

  /// A pipeline that must exist.
  static func existing(
    _ name: String, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Pipeline {
    let pipeline = try Pipeline(name, transaction)
    guard !pipeline.statuses.isEmpty else { throw AnalyticsError.unknownPipeline(name) }
    return pipeline
  }
}
