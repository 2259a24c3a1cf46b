import ArgumentParser
import Backoffice
import BackofficeToolKit
import ExampleSupport
import Foundation
import Testing

@Suite("The tool on a file with a pack that it does not have", .serialized)
struct UnknownPackTests {
  private struct VisitsPack: StorePack {
    let name = "visits"
    var migrations: [MigrationPack] {
      get throws {
        [
          try MigrationPack(
            "visits",
            [Migration(version: 1, name: "visits", up: "CREATE TABLE visits (at INTEGER);")])
        ]
      }
    }
  }

  private let path: String

  init() throws {
    path = NSTemporaryDirectory() + "backoffice-packs-" + UUID().uuidString + ".sqlite"
    var configuration = StoreSettings.standard()
    configuration.packs.append(VisitsPack())
    let store = try BackofficeStore(.file(path), configuration: configuration)
    try store.queue.enqueue(NewQueueItem(kind: "mail"))
    store.close()
  }

  private func run(_ arguments: String...) throws {
    var command = try BackofficeTool.parseAsRoot(arguments + ["--database", path])
    try command.run()
  }

  @Test("Commands that look read it")
  func reading() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try run("check")
    try run("stats")
    try run("queue", "list")
    try run("maintain", "--list")
  }

  @Test("Commands that write refuse it, unless they are told to")
  func writing() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let refusal = UnknownPackRefusal(path: path, pack: "visits")
    #expect(refusal.description.contains("--allow-unknown-packs"))
    for command in [
      ["rebuild"], ["dashboard", "--refresh"], ["maintain"], ["snapshot"], ["queue", "pause"],
    ] {
      #expect(throws: refusal) {
        var command = try BackofficeTool.parseAsRoot(command + ["--database", path])
        try command.run()
      }
    }
    try run("maintain", "--all", "--json", "--allow-unknown-packs")
    try run("rebuild", "--allow-unknown-packs")
    try run("queue", "pause", "--allow-unknown-packs")
  }

  @Test("The check names what it could not check")
  func unchecked() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let store = try BackofficeStore(.readOnly(path), configuration: StoreSettings.standard())
    let check = try BookCheck(store)
    #expect(check.isClean)
    #expect(check.uncheckedPacks == ["visits"])
    #expect(check.lines.last?.contains("visits") == true)
    #expect(throws: StorageError.readOnlyStore) { try store.queues.pause("default") }
  }
}
