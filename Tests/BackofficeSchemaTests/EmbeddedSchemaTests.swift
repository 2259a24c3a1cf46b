import Backoffice
import BackofficeAnalytics
import BackofficeMigrations
import Foundation
import Testing

@Suite("Embedded schema")
struct EmbeddedSchemaTests {
  @Test("The embedded text is the text of the .sql files", arguments: EmbeddedSchema.packs)
  func sameText(_ pack: EmbeddedSchema.Pack) throws {
    let wanted = try EmbeddedSchema().generated(pack)
    let file = EmbeddedSchema.package.appending(path: pack.path)
    if ProcessInfo.processInfo.environment["BACKOFFICE_EMBED"] == "1" {
      try wanted.write(to: file, atomically: true, encoding: .utf8)
    }
    let found = try? String(contentsOf: file, encoding: .utf8)
    #expect(found == wanted, "\(pack.path) is not what its .sql says: \(EmbeddedSchema.refresh)")
  }

  @Test("Every .sql file of the schema has a valid name")
  func noStrangers() throws {
    #expect(try EmbeddedSchema().strangers == [])
  }

  @Test("Files that are not migrations, and down files without an up file, are reported")
  func strangersAreNamed() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "schema-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for path in [
      "Queue/v0001_one.sql", "Queue/v0001_one.down.sql", "Queue/v0002_two.down.sql",
      "Queue/v3_three.sql", "Queue/v0004_four_down.sql", "Queue/deep/v0005_five.sql",
      "Other/v0001_one.sql", "loose.sql",
    ] {
      let file = root.appending(path: path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try "SELECT 1;".write(to: file, atomically: true, encoding: .utf8)
    }
    let schema = try EmbeddedSchema(root: root)
    #expect(schema.migrations["Queue"]?.map(\.version) == [1])
    #expect(
      Set(schema.strangers.map { $0.prefix { $0 != ":" } }) == [
        "Queue/v0002_two.down.sql", "Queue/v3_three.sql", "Queue/v0004_four_down.sql",
        "Queue/deep/v0005_five.sql", "Other/v0001_one.sql", "loose.sql",
      ])
  }

  @Test("The embedded packs are valid, and have the checksums of their texts")
  func packsAreValid() throws {
    let schema = try EmbeddedSchema()
    for (pack, files) in zip(SchemaTests.packs, EmbeddedSchema.packs) {
      try pack.validate()
      #expect(pack.name == files.name)
      #expect(pack.migrations == schema.migrations[files.folder])
      for migration in pack.migrations {
        #expect(migration.checksum == Migration.checksum(of: migration.up))
        #expect(migration.up == Migration.normalized(migration.up))
        #expect(migration.down != nil, "v\(migration.version) has no down script")
      }
    }
  }
}
