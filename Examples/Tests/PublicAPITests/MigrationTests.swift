import Foundation
import Testing

@Suite("The migration runner as a program outside meets it")
struct MigrationTests {
  @Test("A program migrates a folder of SQL files with the runner's product alone")
  func alone() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "v0001_notes.sql")
    try Data("CREATE TABLE notes (text TEXT NOT NULL) STRICT;".utf8).write(to: file)
    let path = folder.appending(path: "notes.sqlite").path
    #expect(
      try MigrationsAlone.migrate(path, folder: folder.path) == ["main/v0001_notes.sql", "notes"])
    #expect(try MigrationsAlone.migrate(path, folder: folder.path) == ["notes"])
  }
}
