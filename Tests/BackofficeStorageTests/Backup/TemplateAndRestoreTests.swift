import BackofficeStorage
import BackofficeTestSupport
import Foundation
import Testing

@Suite("Templates and restoring")
struct TemplateAndRestoreTests {
  func filled(_ location: Database.Location, count: Int = 100) throws -> Database {
    let database = try Database(location) { try $0.executeScript(Item.schema) }
    try database.write { transaction in
      for index in 0..<count {
        try transaction.insert(Item(id: transaction.makeID(), name: "n\(index)", amount: index))
      }
    }
    return database
  }

  @Test("Copies of a template have its rows, and are independent of each other")
  func template() throws {
    let template = try DatabaseTemplate(copying: try filled(.memory))
    var configuration = Database.Configuration()
    configuration.template = template
    let first = try Database(
      .memory, configuration: configuration, triggers: [TriggerTests.logging])
    let second = try Database(.memory, configuration: configuration)
    try first.write { transaction in
      try transaction.execute(sql: "UPDATE items SET amount = 1000 WHERE name = 'n7'")
    }
    #expect(try first.log() == ["n7=7>n7=1000"])
    #expect(try second.items().count == 100)
    #expect(try second.items()[7].amount == 7)
    #expect(try first.verify() == [])
  }

  @Test("A restored store equals the backup, and the restore reports its progress")
  func restore() throws {
    let file = try TemporaryFile()
    let backup = file.folder.appendingPathComponent("backup.sqlite").path
    let original = try filled(.file(file.path), count: 3000)
    let items = try original.items()
    try original.backUp(to: backup)
    try original.write { try $0.execute(sql: "DELETE FROM items") }
    original.close()
    var pages: [Int] = []
    try Database.restore(from: backup, to: file.path, replacing: true) { progress in
      pages.append(progress.copiedPages)
      #expect(progress.copiedPages <= progress.totalPages)
    }
    #expect(pages == pages.sorted() && pages.count >= 1)
    #expect(try Database(.file(file.path)).items() == items)
    #expect(!FileManager.default.fileExists(atPath: file.path + ".partial"))
  }

  @Test("An existing store is replaced only on request, and never while it is open")
  func refusals() throws {
    let file = try TemporaryFile()
    let backup = file.folder.appendingPathComponent("backup.sqlite").path
    let open = try filled(.file(file.path))
    try open.backUp(to: backup)
    #expect(throws: StorageError.self) { try Database.restore(from: backup, to: file.path) }
    let error = #expect(throws: StorageError.self) {
      try open.read { _ in
        try Database.restore(from: backup, to: file.path, replacing: true)
      }
    }
    #expect(
      error == .cannotOpen(path: file.path, reason: .inUse))
    #expect(try open.items().count == 100)
  }

  @Test("A restore that is stopped leaves the target unchanged")
  func cancelled() throws {
    struct Enough: Error {}
    let file = try TemporaryFile()
    let backup = file.folder.appendingPathComponent("backup.sqlite").path
    let store = try filled(.file(file.path))
    try store.backUp(to: backup)
    store.close()
    #expect(throws: Enough.self) {
      try Database.restore(from: backup, to: file.path, replacing: true) { _ in throw Enough() }
    }
    #expect(try Database(.file(file.path)).items().count == 100)
  }

  @Test("A damaged backup is rejected before anything is changed")
  func damagedBackup() throws {
    let file = try TemporaryFile()
    let backup = file.folder.appendingPathComponent("backup.sqlite").path
    let store = try filled(.file(file.path), count: 2000)
    try store.backUp(to: backup)
    store.close()
    var bytes = try Data(contentsOf: URL(fileURLWithPath: backup))
    for index in stride(from: 8192, to: 16384, by: 3) { bytes[index] ^= 0x5a }
    try bytes.write(to: URL(fileURLWithPath: backup))
    #expect(throws: (any Error).self) {
      try Database.restore(from: backup, to: file.path, replacing: true)
    }
    #expect(try Database(.file(file.path)).items().count == 2000)
  }
}
