import BackofficeSchema
import BackofficeStorage
import Foundation
import Testing

@Suite("Embedded schema")
struct EmbeddedSchemaTests {
  @Test("The embedded text is the text of the .sql files")
  func sameText() throws {
    let schema = try EmbeddedSchema()
    if ProcessInfo.processInfo.environment["BACKOFFICE_EMBED"] == "1" { try schema.write() }
    let wanted = try schema.generated()
    for (path, text) in wanted.sorted(by: { $0.key < $1.key }) {
      let file = schema.root.appending(path: path)
      let found = try? String(contentsOf: file, encoding: .utf8)
      if found != text {
        Issue.record("Schema/\(path) is not what its .sql says; run: \(EmbeddedSchema.refresh)")
      }
    }
    for path in try schema.files(withSuffix: ".swift")
    where path.hasPrefix("Embedded/") && wanted[path] == nil {
      Issue.record("Schema/\(path) has no .sql any more; run: \(EmbeddedSchema.refresh)")
    }
  }

  @Test("Every .sql file of the schema is one that a rule recognises")
  func noStrangers() throws {
    for stranger in try EmbeddedSchema().strangers {
      Issue.record("the schema has a file of no known kind: Schema/\(stranger)")
    }
  }

  @Test("A file that is no migration, or a way back from nowhere, is named")
  func strangersAreNamed() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "schema-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for path in [
      "Core/v0001_one.sql", "Core/v0001_one.down.sql", "Core/v0002_two.down.sql",
      "Core/v3_three.sql", "Core/v0004_four_down.sql", "Core/deep/v0005_five.sql",
      "Other/v0001_one.sql", "loose.sql",
    ] {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try "SELECT 1;".write(to: file, atomically: true, encoding: .utf8)
    }
    let schema = try EmbeddedSchema(root: root)
    #expect(schema.migrations["Core"]?.map(\.version) == [1])
    #expect(
      Set(schema.strangers.map { $0.prefix { $0 != ":" } }) == [
        "Core/v0002_two.down.sql", "Core/v3_three.sql", "Core/v0004_four_down.sql",
        "Core/deep/v0005_five.sql", "Other/v0001_one.sql", "loose.sql",
      ])
  }

  @Test("The pack in the binary is valid, and its checksums are those of its texts")
  func packIsValid() throws {
    try CoreSchema.pack.validate()
    #expect(CoreSchema.pack.migrations == (try EmbeddedSchema().migrations["Core"]))
    for migration in CoreSchema.pack.migrations {
      #expect(migration.checksum == Migration.checksum(of: migration.up))
      #expect(migration.up == Migration.normalized(migration.up))
      #expect(migration.down != nil, "v\(migration.version) has no way back")
    }
  }
}
