import Foundation
import Testing

@Suite("13.23: A command and what it starts is started, watched and ended as one", .serialized)
struct HandlerTests {
  /// A worker that runs a script for each item.
  private func start(_ tool: Tool, _ script: String, _ options: String...) throws -> Process {
    try tool.start(["queue", "work"] + options + ["--", "sh", "-c", script], name: "worker")
  }

  private func pid(_ tool: Tool, _ name: String) -> Int32 { Int32(tool.read(name).trimmed) ?? 0 }

  private func status(_ tool: Tool) throws -> String {
    let list = try tool.run("queue", "list", "--json").output
    return list.split(separator: "\n").first { $0.contains("\"status\"") }.map(String.init) ?? ""
  }

  @Test("A grandchild that holds the output neither blocks the slot nor stays")
  func grandchild() throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail")
    let ran = try tool.run(
      "queue", "work", "--until-empty", "--", "sh", "-c",
      "(trap '' TERM; sleep 300) & echo $! > grandchild; echo '{\"a\": 1}'", timeout: 20)
    #expect(ran.status == 0)
    #expect(ran.output.contains("mail completed"))
    #expect(tool.waits { !isRunning(pid(tool, "grandchild")) })
  }

  @Test("After the grace the whole group ends before its item is handed back")
  func grace() throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail")
    let worker = try start(
      tool,
      "sh -c 'trap \"\" TERM; echo $$ > inner; sleep 300 & wait; sleep 300' & echo $$ > outer; wait",
      "--grace", "0")
    #expect(tool.waits { pid(tool, "inner") > 0 && pid(tool, "outer") > 0 })
    let inner = pid(tool, "inner")
    kill(worker.processIdentifier, SIGTERM)
    // Until the group is gone, the item is running.
    var early = false
    while isRunning(inner), worker.isRunning {
      if try !status(tool).contains("running"), isRunning(inner) { early = true }
    }
    worker.waitUntilExit()
    #expect(!early)
    #expect(tool.waits { !isRunning(inner) && !isRunning(pid(tool, "outer")) })
    #expect(try status(tool).contains("pending"))
    #expect(worker.terminationStatus == 0)
  }

  @Test("A second signal ends the grace, and a third one the worker with its commands")
  func signals() throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail")
    let worker = try start(
      tool, "trap 'echo asked > asked' TERM; echo $$ > outer; while :; do sleep 0.1; done",
      "--grace", "600")
    #expect(tool.waits { pid(tool, "outer") > 0 })
    kill(worker.processIdentifier, SIGINT)
    #expect(!tool.waits(0.5) { tool.read("asked") != "" })
    kill(worker.processIdentifier, SIGINT)
    #expect(tool.waits(5) { tool.read("asked") != "" })
    kill(worker.processIdentifier, SIGINT)
    worker.waitUntilExit()
    #expect(worker.terminationStatus == 130)
    #expect(tool.waits { !isRunning(pid(tool, "outer")) })
  }

  @Test("Commands do not outlive a worker that was killed, nor do their children")
  func killed() throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail")
    let worker = try start(
      tool, "trap '' TERM HUP; sleep 300 & echo $! > inner; echo $$ > outer; wait")
    #expect(tool.waits { pid(tool, "inner") > 0 && pid(tool, "outer") > 0 })
    kill(worker.processIdentifier, SIGKILL)
    worker.waitUntilExit()
    #expect(tool.waits { !isRunning(pid(tool, "inner")) && !isRunning(pid(tool, "outer")) })
  }

  @Test("A run limit kills the group at once")
  func runLimit() throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail", "--run-limit", "1", "--max-attempts", "1")
    let ran = try tool.run(
      "queue", "work", "--until-empty", "--", "sh", "-c",
      "trap '' TERM; sleep 300 & echo $! > inner; wait; sleep 300", timeout: 30)
    #expect(ran.status == 0)
    #expect(tool.waits(3) { !isRunning(pid(tool, "inner")) })
    #expect(try status(tool).contains("failed"))
  }

  @Test("What a command says and how it ends arrives")
  func ends() throws {
    let tool = try Tool().withStore()
    let large = String(repeating: "x", count: 300_000)
    try tool.run("queue", "enqueue", "large", "--payload", "-", input: Data("\"\(large)\"".utf8))
    try tool.run("queue", "enqueue", "missing", "--max-attempts", "1")
    let ran = try tool.run(
      "queue", "work", "--until-empty", "--kind", "large", "--", "sh", "-c", "cat")
    #expect(ran.output.contains("large completed"))
    let lost = try tool.run(
      "queue", "work", "--until-empty", "--kind", "missing", "--", "no-such-program-here")
    #expect(lost.output.contains("missing failed"))
    let shown = try tool.run("queue", "list", "--kind", "missing").output
    #expect(shown.contains("could not be started") || shown.contains("fail"))
    try tool.run("queue", "enqueue", "signal", "--max-attempts", "1")
    _ = try tool.run(
      "queue", "work", "--until-empty", "--kind", "signal", "--", "sh", "-c", "kill -9 $$")
    #expect(try tool.run("queue", "list", "--kind", "signal").output.contains("exit 137"))
  }
}

extension StringProtocol {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
