import Backoffice
import Testing

@Suite("Catalogue of directories")
struct DirectoryCatalogueTests {
  @Test(
    "Different spellings of a directory's address have the same key",
    arguments: [
      ("https://www.Example.com/", "example.com"), ("HTTP://example.com", "example.com"),
      ("example.com", "example.com"), ("  //example.com//  ", "example.com"),
      ("https://example.com/A/b/", "example.com/A/b"), ("https://www.com", "www.com"),
      ("https://example.com/?q=1#top", "example.com/?q=1"),
      ("https://Example.com:8080/x", "example.com:8080/x"),
    ])
  func keys(address: String, key: String) throws {
    let fixture = try SubmissionsFixture()
    let directory = try fixture.store.directories.create(
      NewDirectory(name: "n", website: address))
    #expect(directory.addressKey == key)
    #expect(directory.website == address)
    #expect(try fixture.store.directories.find(url: key)?.id == directory.id)
    #expect(
      throws: DirectoryError.duplicateAddress(key: key, existing: directory.id)
    ) { try fixture.store.directories.create(NewDirectory(name: "m", website: key)) }
  }

  @Test("An invalid directory is refused and changes nothing")
  func refused() throws {
    let fixture = try SubmissionsFixture()
    let directories = fixture.store.directories
    for address in ["", "https://", "/path", "a b.com", "https:///x", "."] {
      #expect(throws: DirectoryError.invalidAddress(address)) {
        try directories.create(NewDirectory(name: "n", website: address))
      }
    }
    #expect(throws: DirectoryError.emptyName) {
      try directories.create(NewDirectory(name: "", website: "a.com"))
    }
    let error = DirectoryError.outOfRange(field: .domainRating, value: 101, allowed: 0...100)
    #expect(throws: error) {
      try directories.create(NewDirectory(name: "n", website: "a.com", domainRating: 101))
    }
    #expect(error.description == "domain_rating is 101, expected 0 to 100")
    let unknown = ID<DirectoryCategory>(high: 1, low: 2)
    #expect(throws: DirectoryError.unknownCategory(unknown)) {
      try directories.create(NewDirectory(name: "n", website: "a.com", category: unknown))
    }
    #expect(throws: DirectoryError.wrongShape(field: .features, expected: "array")) {
      try directories.create(
        NewDirectory(name: "n", website: "a.com", features: .emptyObject))
    }
    #expect(try directories.list().elements.isEmpty)
  }

  @Test("An import creates, fills, changes and keeps fields, and reports each field")
  func upsert() throws {
    let fixture = try SubmissionsFixture()
    let directories = fixture.store.directories
    let first = try directories.importAll([
      NewDirectory(name: "A", website: "https://www.a.com/", domainRating: 50),
      NewDirectory(name: "B", website: "https://b.com"),
      NewDirectory(
        name: "C", website: "c.com", domainRating: 10, linkType: .dofollow, description: "see"),
    ])
    #expect((first.created, first.updated, first.unchanged, first.rejected) == (3, 0, 0, 0))
    let untouched = try directories.find(url: "c.com")
    #expect(try directories.find(url: "b.com")?.domainRating == nil)
    fixture.clock.advance(by: .days(1))
    let second = try directories.importAll([
      NewDirectory(
        name: "A", website: "https://www.a.com/", domainRating: 51, linkType: .nofollow,
        description: "new"),
      NewDirectory(name: "B", website: "https://b.com", domainRating: 7, description: ""),
      NewDirectory(name: "", website: "c.com", linkType: .unknown, description: ""),
      NewDirectory(name: "bad", website: "no host"),
      NewDirectory(name: "again", website: "http://A.com", domainRating: 1),
      NewDirectory(name: "", website: "d.com"),
    ])
    #expect((second.created, second.updated, second.unchanged, second.rejected) == (0, 2, 1, 3))
    #expect(second.filled == [.linkType: 1, .description: 1, .domainRating: 1])
    #expect(second.changed == [.domainRating: 1])
    #expect(
      second.rejections.map(\.reason) == [
        "\"no host\" is not a web address; expected a host such as example.com, with or without "
          + "scheme and path",
        "the address a.com already appears in row 0 of this import; that row is used",
        "a directory or category needs a name",
      ])
    #expect(second.rejections.map(\.index) == [3, 4, 5])
    #expect(try directories.find(url: "c.com") == untouched)
    #expect(try directories.find(url: "a.com")?.domainRating == 51)
    #expect(try directories.find(url: "a.com")?.updatedAt == fixture.now)
  }

  @Test("A second import of the same rows changes nothing, also in batches")
  func idempotent() throws {
    let fixture = try SubmissionsFixture()
    let rows = (0..<1203).map { index in
      NewDirectory(
        name: "Same name", website: "https://d\(index).example", domainRating: index % 101,
        linkType: index % 2 == 0 ? .dofollow : nil)
    }
    #expect(try fixture.store.directories.importAll(rows).created == 1203)
    let changes: Int64 = try fixture.store.read { transaction in
      try transaction.fetchOne(sql: "SELECT total_changes()") { row in try row.value(at: 0) } ?? 0
    }
    fixture.clock.advance(by: .days(1))
    let second = try fixture.store.directories.importAll(rows)
    #expect((second.created, second.updated, second.unchanged) == (0, 0, 1203))
    let after: Int64 = try fixture.store.read { transaction in
      try transaction.fetchOne(sql: "SELECT total_changes()") { row in try row.value(at: 0) } ?? 0
    }
    #expect(after == changes)
  }

  @Test("There are thirteen built-in categories, more can be created, and slugs are unique")
  func categories() throws {
    let fixture = try SubmissionsFixture()
    let categories = fixture.store.directoryCategories
    let shipped = try categories.list()
    #expect(shipped.count == 13)
    #expect(shipped.first?.slug == "local_business")
    #expect(try categories.find(slug: "business_general")?.id == DirectoryCategory.general)
    let made = try categories.create(NewDirectoryCategory(slug: "ai", displayName: "AI"))
    #expect(try categories.find(slug: "ai") == made)
    #expect(try categories.list().last == made)
    #expect(throws: DirectoryError.duplicateSlug("ai", existing: made.id)) {
      try categories.create(NewDirectoryCategory(slug: "ai", displayName: "AI"))
    }
    #expect(throws: DirectoryError.invalidSlug("No!")) {
      try categories.create(NewDirectoryCategory(slug: "No!", displayName: "x"))
    }
  }

  @Test("An edit keeps the counters, and an edit without changes writes nothing")
  func edit() throws {
    let fixture = try SubmissionsFixture()
    let submission = try fixture.submission(.submitted)
    let old = try #require(try fixture.store.directories.find(submission.directory))
    fixture.clock.advance(by: .hours(1))
    #expect(try fixture.store.directories.update(old.id) { $0.difficulty = 3 } == old)
    let new = try fixture.store.directories.update(old.id) {
      $0.website = "https://moved.example/"
      $0.price = Money(minorUnits: 500, currency: .eur)
    }
    #expect(new.addressKey == "moved.example")
    #expect(try fixture.store.directories.find(old.id) == new)
    #expect(new.counters.submissions == 1)
    #expect(new.updatedAt == fixture.now)
    #expect(
      throws: DirectoryError.outOfRange(field: .difficulty, value: 6, allowed: 1...5)
    ) { try fixture.store.directories.update(old.id) { $0.difficulty = 6 } }
  }
}
