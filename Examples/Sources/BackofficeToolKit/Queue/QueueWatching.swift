package import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// Lets a queue run empty.
package struct QueueDrainCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Lets a queue take nothing new and waits until all of it has finished.",
    discussion: """
      Workers elsewhere do the work. What is new is refused in all processes until the queue is \
      opened again, also when the wait ends before; items of the future, paused ones and those that \
      wait for a person are waited for too.

      Examples:
        backoffice queue drain --queue mail --timeout 600 --database office.sqlite
        backoffice queue drain --queue mail --open --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Option(help: "How many seconds to wait at most; 0 to look once.")
  var timeout = 300
  @Flag(help: "Let the queue take new items again instead.")
  var open = false

  package init() {}

  package func run() async throws {
    let store = try database.openExisting()
    defer { store.close() }
    let name = queue.queue
    if open {
      try store.queues.open(name)
      Output.line("\(name) is open")
      return
    }
    try store.queues.drain(name)
    let limit = ContinuousClock.now + .seconds(timeout)
    while true {
      switch try store.queues.drainState(of: name) {
      case .drained:
        Output.line("\(name) is drained")
        return
      case .open:
        Output.note("\(name) was opened again by somebody else")
        throw ExitCode.failure
      case .draining(_, let unfinished):
        guard ContinuousClock.now < limit else {
          Output.note(
            "\(name) is draining and has \(unfinished) unfinished items; "
              + "drain it again to wait for them, or drain --open to take new ones")
          throw ExitCode.failure
        }
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}

/// A live screen.
package struct QueueWatchCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Shows how the queues stand, again and again, until it is interrupted.",
    discussion: """
      On a terminal a screen that is drawn anew; in a pipe one line of JSON a tick.

      Examples:
        backoffice queue watch --interval 2 --database office.sqlite
        backoffice queue watch --ticks 10 --database office.sqlite | jq .queues[0].ready
      """)

  @OptionGroup var database: DatabaseOption
  @Option(help: "The seconds between two looks.")
  var interval = 1.0
  @Option(help: "How many looks to take; 0 for no end.")
  var ticks = 0

  package init() {}

  package func validate() throws {
    guard interval >= 0.1 else { throw ValidationError("--interval is at least 0.1") }
  }

  private struct Tick: Codable {
    let at: String
    let queues: [QueueStanding]
    let completedPerSecond: Double?
  }

  package func run() async throws {
    let store = try database.openToRead()
    defer { store.close() }
    let isTerminal = isatty(1) == 1
    var last: (at: ContinuousClock.Instant, completed: Int)?
    var rates: [Int] = []
    var tick = 0
    while ticks == 0 || tick < ticks {
      if tick > 0 { try await Task.sleep(for: .seconds(interval)) }
      tick += 1
      let standings = try QueueStanding.all(store)
      let completed = standings.reduce(0) { $0 + $1.completed }
      let now = ContinuousClock.now
      let rate = last.map { last in
        let passed = Double((now - last.at).microseconds) / 1_000_000
        return max(0, Double(completed - last.completed) / max(passed, 0.001))
      }
      last = (now, completed)
      rates = (rates + [Int(rate ?? 0)]).suffix(60)
      let at = "\(StoreClock.system.now())"
      guard isTerminal else {
        try jsonLine(Tick(at: at, queues: standings, completedPerSecond: rate))
        continue
      }
      let screen =
        ["", "  \(Paint.heading("Queues")) \(Paint.quiet(at))", ""]
        + QueueStanding.table(standings)
        + ["", "  \(Charts.sparkline(rates)) \(rates.last ?? 0)/s", ""]
      // Home, each line to its end, then what is below.
      Output.line("\u{1b}[H" + screen.map { $0 + "\u{1b}[K" }.joined(separator: "\n") + "\u{1b}[J")
    }
  }

  private func jsonLine(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    Output.line(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
