import Backoffice
import Foundation
import Testing

@Suite("Files that cannot be used as a store")
struct UnusableFileTests {
  /// A small back office in a folder of its own, closed.
  private func filled(_ place: Workplace) throws {
    let store = try BackofficeStore(.file(place.path))
    _ = try store.customers.create(NewCustomer(fullName: "Ada", email: "ada@example.com"))
    store.close()
  }

  /// What opening is refused with; that the refusal left the file as it was is checked too.
  private func refusal(
    _ location: Database.Location, changes: Bool = false,
    _ configuration: BackofficeStore.Configuration = BackofficeStore.Configuration()
  ) throws -> StorageError {
    let url = URL(fileURLWithPath: location.path)
    let before = changes ? nil : try? Data(contentsOf: url)
    let error = #expect(throws: StorageError.self) {
      try BackofficeStore(location, configuration: configuration)
    }
    #expect((changes ? nil : try? Data(contentsOf: url)) == before)
    return try #require(error)
  }

  private func customers(_ place: Workplace) throws -> Int {
    let store = try BackofficeStore(.file(place.path))
    defer { store.close() }
    #expect(try store.check() == [])
    return try store.customers.find(email: "ada@example.com") == nil ? 0 : 1
  }

  @Test("A file that may not be written is refused for writing, and can be read")
  func readOnlyFile() throws {
    let place = try Workplace()
    try filled(place)
    try Rights.with(0o400, at: place.path) {
      let error = try refusal(.file(place.path))
      #expect(error == .cannotOpen(path: place.path, reason: .readOnlyFile))
      #expect(error.description.contains("the file is not writable; open it read-only"))
      let reader = try BackofficeStore(.readOnly(place.path))
      #expect(try reader.customers.find(email: "ada@example.com") != nil)
      reader.close()
    }
    #expect(try customers(place) == 1)
  }

  @Test("A file that may not be read is refused by name")
  func unreadable() throws {
    let place = try Workplace()
    try filled(place)
    try Rights.with(0o000, at: place.path) {
      for location in [Database.Location.file(place.path), .readOnly(place.path)] {
        let error = try refusal(location, changes: true)
        #expect(error == .cannotOpen(path: place.path, reason: .unreadable))
      }
    }
    #expect(try customers(place) == 1)
  }

  @Test("A folder that may not be written is refused, for a new file and for an old one")
  func readOnlyFolder() throws {
    let place = try Workplace()
    try filled(place)
    try Rights.with(0o500, at: place.folder) {
      for location in [
        Database.Location.file(place.path), .readOnly(place.path), .file(place.folder + "/new"),
      ] {
        let error = try refusal(location)
        #expect(error == .cannotOpen(path: location.path, reason: .readOnlyFolder))
        #expect(error.description.contains("its folder is not writable"))
      }
    }
    #expect(try customers(place) == 1)
  }

  @Test("A folder in the place of the file is refused")
  func folder() throws {
    let place = try Workplace()
    for location in [Database.Location.file(place.folder), .readOnly(place.folder)] {
      let error = try refusal(location, changes: true)
      #expect(error == .cannotOpen(path: place.folder, reason: .isFolder))
    }
  }

  @Test("A folder that does not exist is refused, and is not made")
  func missingFolder() throws {
    let place = try Workplace()
    let path = place.folder + "/none/office.sqlite"
    for location in [Database.Location.file(path), .readOnly(path)] {
      let error = try refusal(location)
      #expect(error == .cannotOpen(path: path, reason: .folderMissing))
    }
    #expect(!FileManager.default.fileExists(atPath: place.folder + "/none"))
  }

  @Test("A file that does not exist is refused for reading, and is not made")
  func missing() throws {
    let place = try Workplace()
    let error = try refusal(.readOnly(place.path))
    #expect(error == .cannotOpen(path: place.path, reason: .missing))
    #expect(!FileManager.default.fileExists(atPath: place.path))
  }

  @Test("A file without content is a new store for a writer, and refused for a reader")
  func empty() throws {
    let place = try Workplace()
    try Data().write(to: URL(fileURLWithPath: place.path))
    let error = try refusal(.readOnly(place.path))
    #expect(error == .cannotOpen(path: place.path, reason: .empty))
    try filled(place)
    #expect(try customers(place) == 1)
  }

  @Test("An encrypted file, whose first bytes are random, is refused and stays as it was")
  func encrypted() throws {
    let place = try Workplace()
    try Data(RandomSource.seeded(7).bytes(16_384)).write(to: URL(fileURLWithPath: place.path))
    for location in [Database.Location.file(place.path), .readOnly(place.path)] {
      let error = try refusal(location)
      #expect(error == .cannotOpen(path: place.path, reason: .notADatabase))
      #expect(error.description.hasSuffix("it is not a SQLite database, or it is encrypted"))
    }
  }

  @Test("A database of another program is refused before anything in it is changed")
  func foreign() throws {
    let place = try Workplace()
    let path = place.path
    try Database.maintain(.file(path)) { maintenance in
      try maintenance.executeScript(
        """
        PRAGMA journal_mode = DELETE;
        CREATE TABLE bookmarks (url TEXT);
        INSERT INTO bookmarks VALUES ('https://example.com');
        """)
    }
    for location in [Database.Location.file(path), .readOnly(path)] {
      let error = try refusal(location)
      #expect(
        error
          == .cannotOpen(path: path, reason: .foreign(applicationID: 0, tables: ["bookmarks"])))
      #expect(error.description.contains("belongs to another program"))
    }
    var configuration = BackofficeStore.Configuration()
    configuration.acceptsForeignFiles = true
    let store = try BackofficeStore(.file(path), configuration: configuration)
    #expect(try store.check() == [])
    store.close()
    // Now it has the ledger, and is known without being asked for.
    try BackofficeStore(.file(path)).close()
  }

  @Test("An empty database with the mark of another program is refused")
  func foreignMark() throws {
    let place = try Workplace()
    try Database.maintain(.file(place.path)) { maintenance in
      try maintenance.executeScript("PRAGMA application_id = 77; PRAGMA journal_mode = DELETE;")
    }
    let error = try refusal(.file(place.path))
    #expect(
      error == .cannotOpen(path: place.path, reason: .foreign(applicationID: 77, tables: [])))
  }

  @Test("A file with a newer schema is refused, and stays as it was")
  func newerSchema() throws {
    let place = try Workplace()
    try filled(place)
    try Database.maintain(.file(place.path)) { maintenance in
      try maintenance.executeScript(
        """
        CREATE TEMP TABLE later AS SELECT * FROM schema_migrations WHERE pack = 'office' LIMIT 1;
        UPDATE later SET version = '9000', name = 'later', sequence = 9000;
        INSERT INTO schema_migrations SELECT * FROM later;
        DROP TABLE later;
        """)
    }
    let before = Inspection(place.path)
    for location in [Database.Location.file(place.path), .readOnly(place.path)] {
      let error = #expect(throws: MigrationError.self) { try BackofficeStore(location) }
      guard case .newerThanLibrary("office", fileVersion: 9000, _) = error else {
        Issue.record("expected newerThanLibrary, got \(String(describing: error))")
        continue
      }
      #expect(error?.description.contains("update the program") == true)
    }
    #expect(Inspection(place.path).state == before.state)
  }
}
