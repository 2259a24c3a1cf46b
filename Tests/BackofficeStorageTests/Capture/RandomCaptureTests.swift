import Foundation
import Testing

@testable import BackofficeStorage

/// 15b: the same for random schemas and statements.
@Suite("Captured rows of random schemas")
struct RandomCaptureTests {
  /// More schemas run on request, for instance for an hour.
  private static let count =
    ProcessInfo.processInfo.environment["BACKOFFICE_SCHEMAS"].flatMap { Int($0) } ?? 40

  @Test("Captured rows equal the rows of SELECT", arguments: UInt64(0)..<8)
  func random(seed: UInt64) throws {
    let random = RandomSource.seeded(seed)
    for number in 0..<Self.count {
      let schema = RandomSchema(random)
      var columns = schema.all.filter { _ in random.next(below: 4) > 0 }
      if columns.isEmpty { columns = schema.all }
      let oracle = CaptureOracle(table: random.next(below: 2) == 0 ? "t" : "T", columns: columns)
      let encoding = random.next(below: 4) == 0 ? "UTF-16be" : "UTF-8"
      let database: Database
      do {
        database = try Database(.memory, triggers: oracle.triggers) { maintenance in
          try maintenance.executeScript("PRAGMA encoding = '\(encoding)'")
          for sql in schema.script {
            do {
              try maintenance.executeScript(sql)
            } catch {
              // Rows may break constraints.
              if !sql.hasPrefix("INSERT") { throw error }
            }
          }
        }
      } catch {
        Issue.record("\(error): \(schema.script)")
        continue
      }
      try run(schema, oracle, database, random, "seed \(seed), schema \(number)")
    }
  }

  private func run(
    _ schema: RandomSchema, _ oracle: CaptureOracle, _ database: Database, _ random: RandomSource,
    _ label: String
  ) throws {
    for round in 0..<6 {
      let isUndone = random.next(below: 4) == 0
      if random.next(below: 3) == 0 {
        let sql = schema.change(except: oracle.columns, round)
        // SQLite refuses to drop columns that the schema uses.
        try? database.maintain { try $0.executeScript(sql) }
      }
      do {
        try database.write { transaction in
          for _ in 0..<(1 + random.next(below: 6)) {
            if random.next(below: 6) == 0 {
              let sql = schema.change(except: oracle.columns, 10 + round)
              _ = try? transaction.execute(sql: sql)
            }
            let sql = schema.statement()
            let findings = try oracle.findings(transaction) { transaction in
              try perform(sql, transaction, random)
            }
            #expect(findings.isEmpty, "\(label): \(sql)\n\(schema.script.joined(separator: ";\n"))")
          }
          if isUndone { throw CaptureUndo() }
        }
      } catch is CaptureUndo {
        // Expected.
      }
    }
  }

  private func perform(
    _ sql: String, _ transaction: borrowing WriteTransaction, _ random: RandomSource
  ) throws {
    guard random.next(below: 8) == 0 else {
      try transaction.execute(sql: sql)
      return
    }
    try transaction.savepoint { inner in
      try inner.execute(sql: sql)
      throw CaptureUndo()
    }
  }
}
