import BackofficeSchema
import BackofficeStorage
import Testing

@Suite("Core schema")
struct CoreSchemaTests {
  @Test("Everything comes in, goes out and comes in again, and leaves the same schema")
  func roundTrip() throws {
    let migrator = try Migrator([CoreSchema.pack])
    try Database.maintain(.memory) { maintenance in
      try migrator.up(maintenance)
      let full = try maintenance.schemaDump()
      #expect(full.contains("CREATE TABLE customers"))
      try migrator.down(maintenance, to: 0, of: "core")
      #expect(try maintenance.schemaDump() == "")
      try migrator.up(maintenance)
      #expect(try maintenance.schemaDump() == full)
    }
  }
}
