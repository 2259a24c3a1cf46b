package import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// Waits for a queue to run empty.
package struct QueueDrainCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Waits until nothing of a queue is due or runs; fails when that takes too long.",
    discussion: """
      Workers elsewhere do the work; items of the future and paused ones are not waited for.

      Example:
        backoffice queue drain --queue mail --timeout 600 --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Option(help: "How many seconds to wait at most.")
  var timeout = 300

  package init() {}

  package func run() async throws {
    let store = try database.openExisting()
    defer { store.close() }
    let limit = ContinuousClock.now + .seconds(timeout)
    while true {
      let standing = QueueStanding(try store.queue.statistics(queue: queue.queue))
      if standing.ready == 0, standing.running == 0 {
        Output.line("\(queue.queue) is drained")
        return
      }
      guard ContinuousClock.now < limit else {
        Output.note(
          "\(queue.queue) has \(standing.ready) due and \(standing.running) running items")
        throw ExitCode.failure
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
    let store = try database.openExisting()
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
