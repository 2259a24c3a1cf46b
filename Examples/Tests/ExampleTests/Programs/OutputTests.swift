import ExampleSupport
import Foundation
import Testing

@Suite("13.22: Nothing outside traps")
struct OutputTests {
  #if os(Linux)
    @Test(
      "A full disk behind standard output ends in status 1 and a sentence",
      arguments: [
        ["queue", "stats"], ["queue", "stats", "--json"], ["queue", "list"], ["check"], ["stats"],
        ["schema"], ["migrate", "status"], ["maintain", "--list"], ["--help"], ["--version"],
        ["dashboard"], ["imports"],
      ])
    func fullDisk(_ command: [String]) throws {
      let tool = try Tool().withStore()
      let ran = try tool.run(command, output: "/dev/full")
      #expect(ran.status == 1)
      #expect(ran.error.contains("standard output could not be written: No space left on device"))
    }

    @Test("An item that was stored is stored, though its id could not be printed")
    func enqueued() throws {
      let tool = try Tool().withStore()
      let ran = try tool.run(["queue", "enqueue", "mail"], output: "/dev/full")
      #expect(ran.status == 1)
      #expect(ran.error.contains("what the command did before is done"))
      #expect(try tool.run("queue", "list").output.contains("mail"))
    }

    @Test("A worker whose output is full stops in order: nothing stays running")
    func worker() throws {
      let tool = try Tool().withStore()
      for _ in 0..<4 { try tool.run("queue", "enqueue", "mail") }
      let ran = try tool.run(
        ["queue", "work", "--concurrency", "2", "--", "true"], output: "/dev/full")
      #expect(ran.status == 1)
      #expect(try tool.run("queue", "list", "--status", "running").output.contains("mail") == false)
      #expect(try tool.run("check").status == 0)
    }
  #endif

  @Test("A reader that goes away ends a watch and a worker with the status of a closed pipe")
  func closedPipe() throws {
    let tool = try Tool().withStore()
    for _ in 0..<3 { try tool.run("queue", "enqueue", "mail") }
    for command in [
      "queue watch --interval 0.1", "queue work --until-empty -- sh -c 'sleep 0.2'",
    ] {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = [
        "-c", "{ \(tool.program) \(command); echo $? > status; } | head -1 > first",
      ]
      process.currentDirectoryURL = tool.folder
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["BACKOFFICE_DATABASE": tool.path("o.sqlite")]) { $1 }
      try process.run()
      process.waitUntilExit()
      #expect(tool.read("status") == "141\n")
      #expect(!tool.read("first").isEmpty)
    }
    #expect(try tool.run("queue", "list", "--status", "running").output.contains("mail") == false)
  }

  @Test("Closed standard streams never reach the database")
  func closedStreams() throws {
    let tool = try Tool().withStore()
    for streams in [">&-", "2>&-", "<&-", "<&- >&- 2>&-"] {
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", "\(tool.program) queue enqueue mail \(streams)"]
      process.environment = ProcessInfo.processInfo.environment.merging(
        ["BACKOFFICE_DATABASE": tool.path("o.sqlite")]) { $1 }
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
    }
    #expect(try tool.run("check").status == 0)
    let items = try tool.run("queue", "list", "--json").output
    #expect(items.components(separatedBy: "\"id\"").count == 5)
  }

  @Test("Numbers that no conversion can take have words instead")
  func numbers() {
    #expect(Human.whole(1e300) == .max)
    #expect(Human.whole(-1e300) == .min)
    #expect(Human.whole(.nan) == 0)
    #expect(Human.oneDecimal(1e300) == "1e+300")
    #expect(Human.oneDecimal(.infinity) == "inf")
    #expect(Human.oneDecimal(-0.25) == "-0.3")
    #expect(Human.grouped(.min) == "-9,223,372,036,854,775,808")
    #expect(Human.hundredths(.min) == "-92,233,720,368,547,758.08")
    #expect(Human.percent(.max, of: .max) == "100.0 %")
    for seconds in [Int.min, -1, 0, .max] { #expect(!Human.duration(seconds: seconds).isEmpty) }
    #expect(Charts.bar(.max, of: .max, width: 4) == "████")
    #expect(Charts.sparkline([.min, .max]) == "▁█")
    #expect(Charts.stacked([(.max, .plain), (.max, .plain)], width: 4) == "██▓▓")
  }

  @Test("Control characters are shown and do not act")
  func controls() {
    #expect(VisibleText.of("a\u{1b}[2Jb") == "a\\u001b[2Jb")
    #expect(VisibleText.of("\u{9b}31m") == "\\u009b31m")
    #expect(VisibleText.of("a\rb\u{7}") == "a\\u000db\\u0007")
    #expect(VisibleText.of("pay\u{202e}fdp") == "pay\\u202efdp")
    #expect(VisibleText.of("tab\tline\nend é 日本 👩‍👩‍👧") == "tab\tline\nend é 日本 👩‍👩‍👧")
  }
}
