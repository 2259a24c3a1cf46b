import Backoffice
import BackofficeHistories
import BackofficeTesting
import Testing

@Suite("13.33: Views for people")
struct ReadableViewTests {
  @Test("A v_ view has the columns of its view or table, ids as text and times in ISO 8601")
  func readable() throws {
    let history = try WholeStoreHistory(seed: 33, zone: .utc)
    try history.run(600)
    try history.test.store.read { transaction in
      let views: [String] = try transaction.fetchAll(
        sql: "SELECT name FROM sqlite_schema WHERE type = 'view' AND name GLOB 'v_*'"
      ) { try $0.value(at: 0) }
      #expect(views.count == 12)
      var compared = 0
      for view in views {
        let base = String(view.dropFirst(2))
        let columns = try Self.columns(base, transaction)
        #expect(try Self.columns(view, transaction).map(\.name) == columns.map(\.name), "\(view)")
        for (name, type) in columns {
          let order = "ORDER BY 1"
          if type == "BLOB", name == "id" || name.hasSuffix("_id") {
            let ids = try transaction.fetchAll(
              sql: "SELECT \(name) FROM \(base) WHERE \(name) NOT NULL \(order)"
            ) { try $0.value(at: 0, as: ID<AnyEntity>.self).description }
            let texts: [String] = try transaction.fetchAll(
              sql: "SELECT \(name) FROM \(view) WHERE \(name) NOT NULL \(order)"
            ) { try $0.value(at: 0) }
            #expect(ids == texts, "\(view).\(name)")
            compared += ids.count
          } else if name == "at" || name.hasSuffix("_at") {
            let times = try transaction.fetchAll(
              sql: "SELECT \(name) / 1000 FROM \(base) WHERE \(name) NOT NULL \(order)"
            ) { try $0.value(at: 0, as: Int64.self) }
            let texts: [String] = try transaction.fetchAll(
              sql: "SELECT \(name) FROM \(view) WHERE \(name) NOT NULL \(order)"
            ) { try $0.value(at: 0) }
            let read = texts.compactMap { Timestamp($0).map { $0.microseconds / 1000 } }
            #expect(read.count == times.count, "\(view).\(name)")
            // Rounded to the millisecond.
            #expect(zip(read, times).allSatisfy { abs($0 - $1) <= 1 }, "\(view).\(name)")
            compared += times.count
          }
        }
      }
      #expect(compared > 1000)
    }
  }

  private static func columns(
    _ name: String, _ transaction: borrowing ReadTransaction
  ) throws -> [(name: String, type: String)] {
    try transaction.fetchAll(
      sql: "SELECT name, type FROM pragma_table_info(?) WHERE name <> 'pk'", name
    ) { (name: try $0.value(at: 0), type: try $0.value(at: 1)) }
  }
}
