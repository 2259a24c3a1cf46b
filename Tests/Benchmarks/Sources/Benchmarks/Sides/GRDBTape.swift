import CLimit
import Foundation
import GRDB

/// GRDB in its fastest form, running the library's statements: each prepared once and kept by
/// GRDB's own cache, values made ready beforehand.
final class GRDBTape {
  private struct Step {
    let sql: String
    let arguments: StatementArguments
    let returnsRows: Bool
    /// After how many rows the library had seen enough.
    let rowLimit: Int
  }

  let pool: DatabasePool
  private var operations: [[Step]] = []
  private var total = 0

  init(_ path: String, isFull: Bool, tape: Tape) throws {
    pool = try Self.open(path, isFull: isFull)
    let statements = tape.statements
    let areRowsReturned = statements.map { sql in
      sql.hasPrefix("SELECT") || sql.hasPrefix("WITH") || sql.contains("RETURNING")
    }
    let areControls = statements.map { $0.hasPrefix("BEGIN") || $0 == "COMMIT" }
    for operation in 0..<tape.operationCount {
      var steps: [Step] = []
      for index in tape.steps(of: operation) {
        let step = tape.step(index)
        let sql = statements[Int(step.statement)]
        // `pool.write` begins and commits.
        if areControls[Int(step.statement)] { continue }
        var values: [DatabaseValue] = []
        for place in 0..<step.value_count {
          values.append(Self.value(tape.value(step.first_value + place)))
        }
        steps.append(
          Step(
            sql: sql, arguments: StatementArguments(values),
            returnsRows: areRowsReturned[Int(step.statement)],
            rowLimit: step.stops_early != 0 ? Int(step.rows) : .max))
      }
      operations.append(steps)
    }
  }

  static func open(_ path: String, isFull: Bool) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.prepareDatabase { database in
      try database.execute(
        sql: """
          PRAGMA recursive_triggers = ON; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;
          PRAGMA cache_size = -8192
          """)
    }
    let pool = try DatabasePool(path: path, configuration: configuration)
    // A pool sets NORMAL when it opens, so what is asked for comes afterwards.
    try pool.writeWithoutTransaction { database in
      try database.execute(sql: "PRAGMA synchronous = \(isFull ? "FULL" : "NORMAL")")
    }
    return pool
  }

  private static func value(_ value: climit_value) -> DatabaseValue {
    switch climit_kind(rawValue: UInt32(value.kind)) {
    case climit_integer: return value.integer.databaseValue
    case climit_real: return value.real.databaseValue
    case climit_text:
      guard let bytes = value.bytes else { return "".databaseValue }
      return String(cString: bytes).databaseValue
    case climit_blob:
      guard let bytes = value.bytes else { return Data().databaseValue }
      return Data(bytes: bytes, count: Int(value.size)).databaseValue
    default: return .null
    }
  }

  /// Runs operations, each in a transaction of its own.
  func run(_ range: Range<Int>) throws {
    for operation in range {
      try pool.write { database in try perform(operation, database) }
    }
  }

  /// Runs the statements of an operation inside a transaction.
  func perform(_ operation: Int, _ database: GRDB.Database) throws {
    for step in operations[operation] {
      let statement = try database.cachedStatement(sql: step.sql)
      if step.returnsRows {
        let rows = try Row.fetchCursor(statement, arguments: step.arguments)
        var left = step.rowLimit
        while left > 0, let row = try rows.next() {
          left -= 1
          for column in 0..<row.count {
            let value: DatabaseValue = row[column]
            if !value.isNull { total += 1 }
          }
        }
      } else {
        try statement.execute(arguments: step.arguments)
      }
    }
  }
}
