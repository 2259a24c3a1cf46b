import Backoffice
import ExampleSupport

extension BackofficeStore {
  /// A store in memory, as the example programs open theirs.
  static func example(seed: UInt64 = 1) throws -> BackofficeStore {
    var configuration = StoreSettings.standard()
    configuration.database.random = .seeded(seed)
    return try BackofficeStore(.memory, configuration: configuration)
  }

  /// The first value of the first row of a statement.
  func number(_ sql: String) throws -> Int {
    try read { transaction in
      try transaction.fetchOne(sql: sql) { row in try row.value(at: 0) } ?? 0
    }
  }

  /// Names and counts of a statement with two columns.
  func counts(_ sql: String) throws -> [String: Int] {
    try read { transaction in
      Dictionary(
        try transaction.fetchAll(sql: sql) { row in
          (try row.value(at: 0, as: String.self), try row.value(at: 1, as: Int.self))
        }, uniquingKeysWith: +)
    }
  }
}
