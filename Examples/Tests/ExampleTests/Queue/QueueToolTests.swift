import ArgumentParser
import Backoffice
import BackofficeToolKit
import ExampleSupport
import Foundation
import Testing

@Suite("The queue in the shell", .serialized)
struct QueueToolTests {
  private let path: String
  private let store: BackofficeStore

  init() throws {
    path = NSTemporaryDirectory() + "backoffice-queue-" + UUID().uuidString + ".sqlite"
    store = try BackofficeStore(.file(path), configuration: StoreSettings.standard())
  }

  private func run(_ arguments: String...) async throws {
    var words = ["queue"] + arguments
    let end = words.firstIndex(of: "--") ?? words.endIndex
    words.insert(contentsOf: ["--database", path], at: end)
    var command = try BackofficeTool.parseAsRoot(words)
    if var command = command as? any AsyncParsableCommand {
      try await command.run()
    } else {
      try command.run()
    }
  }

  @Test("Items are worked by a command: payload in, result out, exit status as the outcome")
  func work() async throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await run(
      "enqueue", "echo", "--payload", #"{"to":"ada"}"#, "--tag", "vip", "--tag", "spring")
    try await run("enqueue", "bad", "--max-attempts", "1")
    try await run("enqueue", "never")
    try await run("enqueue", "later")
    let script = """
      case "$BACKOFFICE_KIND" in
        echo) cat ;;
        bad) echo "it broke" >&2; exit 3 ;;
        never) echo "no such page" >&2; exit 65 ;;
        later) exit 75 ;;
      esac
      """
    try await run("work", "--until-empty", "--", "sh", "-c", script)
    func item(_ kind: String) throws -> QueueItem {
      try #require(try store.queue.list(.kind(kind)).elements.first)
    }
    #expect(try item("echo").status == .completed)
    #expect(try item("echo").result?.text == #"{"to":"ada"}"#)
    #expect(try store.queue.list(.tag("vip")).elements.map(\.tags) == [["vip", "spring"]])
    #expect(try item("bad").status == .failed)
    #expect(try item("bad").errorCode == "exit 3")
    #expect(try item("bad").errorMessage == "it broke")
    #expect(try item("never").attempts.charged == 1)
    #expect(try item("never").status == .failed)
    #expect(try item("later").status == .pending)
    #expect(try item("later").attempts.charged == 0)

    try await run("retry", "--failed")
    #expect(try item("bad").status == .pending)
    try await run("cancel", "\(item("bad").id)", "--reason", "enough")
    #expect(try item("bad").status == .cancelled)
    await #expect(throws: (any Error).self) { try await run("cancel", "\(item("echo").id)") }
    try await run("pause", "--reason", "a move")
    #expect(try store.queues.paused() == ["default"])
    try await run("resume")
    try await run("stats", "--json")
    try await run("list", "--status", "failed", "--tag", "vip")
    try await run("show", "\(item("echo").id)")
    try await run("watch", "--ticks", "2", "--interval", "0.1")
  }

  @Test("A queue that is drained takes nothing new, is waited for, and is opened again")
  func drain() async throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    try await run("enqueue", "last")
    await #expect(throws: ExitCode.failure) { try await run("drain", "--timeout", "0") }
    await #expect(throws: QueueError.queueDraining("default")) {
      try await run("enqueue", "too late")
    }
    try await run("work", "--until-empty", "--", "true")
    try await run("drain", "--timeout", "10")
    try await run("drain", "--open")
    #expect(try store.queues.drainState(of: "default") == .open)
    try await run("enqueue", "next")
  }

  @Test("A command line that makes no sense is refused")
  func refused() {
    for words in [
      ["work"], ["retry"], ["list", "--status", "lost"], ["enqueue"], ["watch", "--interval", "0"],
    ] {
      #expect(throws: (any Error).self) {
        try BackofficeTool.parseAsRoot(["queue"] + words + ["--database", path])
      }
    }
  }
}
