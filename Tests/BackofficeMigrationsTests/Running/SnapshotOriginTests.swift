import BackofficeMigrations
import Foundation
import Testing

/// 27, 30, 32: what a snapshot may replace, and what a killed run leaves.
@Suite("The origin of snapshots and down scripts")
struct SnapshotOriginTests {
  private func migrated() throws -> MigrationFiles {
    let files = try MigrationFiles.three()
    try files.up()
    return files
  }

  private func down(_ files: MigrationFiles) throws {
    let migrator = try files.migrator()
    try files.maintain { _ = try migrator.down($0, to: 2, of: "main") }
  }

  @Test("32: a snapshot of another file with the same name is not restored")
  func otherFile() throws {
    let files = try migrated()
    try down(files)
    let snapshot = try #require(try MigrationSnapshot.all(of: files.database).last)
    let others = try migrated()
    let error = #expect(throws: MigrationError.self) { try snapshot.restore(to: others.database) }
    #expect(
      error == .snapshotOfAnotherFile(path: snapshot.path, file: others.database))
    #expect(try others.applied() == ["1", "2", "3"])
    try snapshot.restore(to: files.database)
    #expect(try files.applied() == ["1", "2", "3"])
  }

  @Test("32: a file whose migrations were all reverted is restored, one of another program is not")
  func emptyLedger() throws {
    let files = try migrated()
    let migrator = try files.migrator()
    try files.maintain { _ = try migrator.down($0, to: 0, of: "main") }
    let snapshot = try #require(try MigrationSnapshot.all(of: files.database).last)
    try snapshot.restore(to: files.database)
    #expect(try files.applied() == ["1", "2", "3"])

    let foreign = try MigrationFiles.three()
    try foreign.maintain { try $0.executeScript("CREATE TABLE notes (text)") }
    let error = #expect(throws: MigrationError.self) { try snapshot.restore(to: foreign.database) }
    #expect(error == .snapshotOfAnotherFile(path: snapshot.path, file: foreign.database))
  }

  @Test("32: a down script that was changed in the file is not run")
  func changedDown() throws {
    let files = try migrated()
    try files.maintain { maintenance in
      try maintenance.executeScript(
        "UPDATE schema_migrations SET down = 'DROP TABLE people' WHERE version = '3'")
    }
    let failure = #expect(throws: MigrationFailure.self) { try down(files) }
    guard case .recordedDownChanged = failure?.cause as? MigrationError else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(try files.applied() == ["1", "2", "3"])
  }

  @Test("30: a run removes the unfinished snapshot of a run that was killed")
  func unfinished() throws {
    let files = try migrated()
    let left = [
      "\(files.database).before-migration-0007.partial",
      "\(files.database).before-migration-0007.partial-journal",
    ]
    for path in left { try "rows".write(toFile: path, atomically: true, encoding: .utf8) }
    try down(files)
    for path in left { #expect(!FileManager.default.fileExists(atPath: path)) }
    #expect(try MigrationSnapshot.all(of: files.database).map(\.number) == [1])
  }

  @Test("20: the snapshots of a file are found through a symbolic link to it")
  func link() throws {
    let files = try migrated()
    try down(files)
    let link = files.database + ".link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: files.database)
    let found = try MigrationSnapshot.all(of: link)
    #expect(found == (try MigrationSnapshot.all(of: files.database)))
    try #require(found.last).restore(to: link)
    #expect(try files.applied() == ["1", "2", "3"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == files.database)
  }

  @Test("27: a snapshot has the permissions of its file")
  func permissions() throws {
    let files = try migrated()
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: files.database)
    try down(files)
    let snapshot = try #require(try MigrationSnapshot.all(of: files.database).last)
    for path in [snapshot.path, files.database] {
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }
    try snapshot.restore(to: files.database)
    let attributes = try FileManager.default.attributesOfItem(atPath: files.database)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
  }
}
