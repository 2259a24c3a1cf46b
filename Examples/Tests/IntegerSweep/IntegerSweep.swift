import BackofficeToolKit
import DirectoryBoltKit
import ExampleSupport
import Foundation

/// Puts extreme integers into a copy of a store and runs every command on it, as a process of its
/// own: a trap ends this process, and its parent reads which one it was.
///
/// - `make <file>` makes the store.
/// - `list <file>` prints a line `<table> <column>` for each integer column that has a row.
/// - `run <file> <copy>` reads lines `<table> <column or *> <value>`; says `begin <line>` and
///   `end <line> <rows>` for each.
@main
enum IntegerSweep {
  static func main() async throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "make" where arguments.count == 2: try SweptStore.make(arguments[1])
    case "list" where arguments.count == 2:
      for column in try SweptStore.columns(of: arguments[1]) {
        print("\(column.table) \(column.column)")
      }
    case "run" where arguments.count == 3: try await run(arguments[1], copy: arguments[2])
    default: print("usage: make <file> | list <file> | run <file> <copy>")
    }
  }

  private static func run(_ file: String, copy: String) async throws {
    // What the commands print is not looked at.
    let own = dup(1)
    let nowhere = open("/dev/null", O_WRONLY)
    dup2(nowhere, 1)
    dup2(nowhere, 2)
    func say(_ text: String) {
      var bytes = Array((text + "\n").utf8)
      _ = write(own, &bytes, bytes.count)
    }
    while let line = readLine() {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 3, let value = Int(words[2]) else { continue }
      let rows = try SweptStore.copy(file, to: copy, table: words[0], column: words[1], value)
      guard rows > 0 else {
        say("end \(line) 0")
        continue
      }
      for command in Self.commands {
        say("begin \(line): \(command.joined(separator: " "))")
        await perform(command, on: copy)
      }
      say("end \(line) \(rows)")
    }
  }

  /// Performs a command; ends a worker that waits for items which nothing will set free.
  private static func perform(_ command: [String], on file: String) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await performToItsEnd(command, on: file) }
      group.addTask { try? await Task.sleep(for: .seconds(5)) }
      await group.next()
      group.cancelAll()
    }
  }

  private static func performToItsEnd(_ command: [String], on file: String) async {
    let end = command.firstIndex(of: "--") ?? command.endIndex
    var words = command
    words.insert(contentsOf: ["--database", file], at: end)
    do {
      let root: any ParsableCommandRoot.Type =
        command.first == "directorybolt" ? DirectoryBoltTool.self : BackofficeTool.self
      try await root.perform(command.first == "directorybolt" ? Array(words.dropFirst()) : words)
    } catch {
      // A refusal in words is what is wanted.
    }
  }

  /// Looking first, because the others change the rows.
  private static let commands = [
    "check", "check --json", "stats", "queue stats", "queue list", "queue list --json",
    "queue watch --ticks 1", "maintain --list", "dashboard", "dashboard --json",
    "history report --kind customer", "history report --kind submission", "usage report",
    "usage report --meter calls --by year", "imports", "schema", "migrate status",
    "migrate validate", "directorybolt report", "directorybolt report --json",
    "dashboard --refresh", "snapshot", "rebuild", "maintain --all", "queue retry --failed",
    "queue pause", "queue resume", "queue enqueue mail", "queue work --until-empty -- true",
    "directorybolt submit --customer ines@bakery.example.com --count 2",
    "directorybolt work --workers 1 --limit 5", "directorybolt act --any-time --limit 5",
    "queue drain --timeout 0", "migrate down",
  ].map { $0.split(separator: " ").map(String.init) }
}
