import Foundation
import Testing

@Suite("13.31: Integers that stand in the file trap nothing")
struct IntegerSweepTests {
  private static let values = [Int.min, -1, 0, 1, Int.max]

  /// How long the sweep may take; BACKOFFICE_SWEEP_SECONDS on request, 0 for all of it.
  private static let seconds =
    ProcessInfo.processInfo.environment["BACKOFFICE_SWEEP_SECONDS"].flatMap { Double($0) } ?? 8

  @Test("Every integer column, every command, and the extreme values")
  func sweep() throws {
    let tool = try Tool("IntegerSweep")
    let file = tool.path("base.sqlite")
    #expect(try tool.run("make", file, timeout: 300).status == 0)
    let columns = try tool.run("list", file).output.split(separator: "\n").map(String.init)
    #expect(columns.count > 250)
    let tables = Set(columns.compactMap { $0.split(separator: " ").first.map { "\($0) *" } })
    // Whole tables first, then column by column, each in a fixed random order.
    var generator = Seeded(state: 31)
    var rest =
      (tables.sorted().flatMap(Self.lines).shuffled(using: &generator)
      + columns.flatMap(Self.lines).shuffled(using: &generator))[...]
    let total = rest.count
    let end = Self.seconds == 0 ? Date.distantFuture : Date(timeIntervalSinceNow: Self.seconds)
    var trapped: [String] = []
    while !rest.isEmpty, Date() < end {
      let portion = rest.prefix(20)
      let input = Data(portion.joined(separator: "\n").utf8)
      let ran = try tool.run(
        ["run", file, tool.path("copy.sqlite")], input: input, timeout: 600)
      let said = ran.output.split(separator: "\n").map(String.init)
      let done = said.count { $0.hasPrefix("end ") }
      rest = rest.dropFirst(ran.wasKilled ? done + 1 : portion.count)
      if ran.wasKilled { trapped.append(said.last ?? "before the first command") }
    }
    for line in trapped { Issue.record("trapped at \(line)") }
    if Self.seconds == 0 { print("\(total) combinations of columns and values") }
  }

  private static func lines(_ column: String) -> [String] { values.map { "\(column) \($0)" } }
}

/// A generator of random numbers with a seed.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
