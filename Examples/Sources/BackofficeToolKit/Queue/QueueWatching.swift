package import ArgumentParser
import Backoffice
import ExampleSupport
import Foundation

/// Drains a queue.
package struct QueueDrainCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "drain",
    abstract: "Drains a queue: it accepts no new items; waits until all items have finished.",
    discussion: """
      Workers of other processes finish the items. New items are refused in all processes until \
      the queue is opened again, also after the timeout. The command also waits for items that \
      are due in the future, paused, or parked for a person.

      Examples:
        backoffice queue drain --queue mail --timeout 600 --database office.sqlite
        backoffice queue drain --queue mail --open --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var queue: QueueOption
  @Option(
    help: "The maximum time to wait in seconds; 0 checks once.",
    transform: Arguments.number(0...Arguments.longestTime))
  var timeout = 300
  @Flag(help: "Let the queue accept new items again instead.")
  var open = false

  package init() {}

  package func run() async throws {
    let store = try database.openExisting()
    defer { store.close() }
    let name = queue.queue
    try queue.require(in: store)
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
        Output.note("\(name) was opened again by another process")
        throw ExitCode.failure
      case .draining(_, let unfinished):
        guard ContinuousClock.now < limit else {
          let file = database.database.shellWord
          Output.note(
            "\(name) is draining and has \(Human.count(unfinished, "unfinished item", "unfinished items")); "
              + "to wait for them: backoffice queue drain --queue \(name.shellWord) --database \(file) ; "
              + "to accept new items: "
              + "backoffice queue drain --open --queue \(name.shellWord) --database \(file)")
          throw ExitCode.failure
        }
      }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}

/// A screen that is redrawn periodically.
package struct QueueWatchCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Shows the state of the queues repeatedly until it is interrupted.",
    discussion: """
      Redraws the screen on a terminal; writes one line of JSON per interval to a pipe.

      Examples:
        backoffice queue watch --interval 2 --database office.sqlite
        backoffice queue watch --ticks 10 --database office.sqlite | jq .queues[0].ready
      """)

  @OptionGroup var database: DatabaseOption
  @Option(help: "The interval in seconds.", transform: Arguments.seconds(0.1...86_400))
  var interval = 1.0
  @Option(
    help: "The number of repetitions; 0 for no limit.",
    transform: Arguments.number(0...1_000_000_000))
  var ticks = 0

  package init() {}

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
    while ticks == 0 || tick < ticks, Output.failure == nil {
      if tick > 0 { try await Task.sleep(for: .seconds(interval)) }
      tick += 1
      let standings = try QueueStanding.all(store)
      let completed = standings.reduce(0) { $0 &+ $1.completed }
      let now = ContinuousClock.now
      let rate = last.map { last in
        let passed = Double((now - last.at).microseconds) / 1_000_000
        return max(0, (Double(completed) - Double(last.completed)) / max(passed, 0.001))
      }
      last = (now, completed)
      rates = (rates + [Human.whole(rate ?? 0)]).suffix(60)
      let at = "\(StoreClock.system.now())"
      guard isTerminal else {
        Output.line(
          try Output.jsonText(
            Tick(at: at, queues: standings, completedPerSecond: rate), isPretty: false))
        continue
      }
      let screen =
        ["", "  \(Paint.heading("Queues")) \(Paint.quiet(at))", ""]
        + QueueStanding.table(standings)
        + ["", "  \(Charts.sparkline(rates)) \(rates.last ?? 0)/s", ""]
      // Home, each line to its end, then what is below.
      Output.screen(
        "\u{1b}[H" + screen.map { VisibleText.of($0) + "\u{1b}[K" }.joined(separator: "\n")
          + "\n\u{1b}[J")
    }
  }
}
