#if os(macOS) || os(Linux)
  import Backoffice
  import Foundation
  import Testing

  @Suite("Random histories of several processes", .serialized)
  struct QueueModelTests {
    /// How long processes are killed where the environment says it, instead of how often.
    private static let limit = ProcessInfo.processInfo.environment["BACKOFFICE_KILL_SECONDS"]
      .flatMap { Int($0) }.map { Duration.seconds($0) }

    @Test("B20, B21: several processes that are killed at any moment lose and double nothing")
    func histories() throws {
      let seed: UInt64 = 51
      let random = RandomSource.seeded(seed)
      let place = try Workplace()
      let start = ContinuousClock.now
      let wanted = 6000
      var journal = Journal()
      var kills = 0
      var children: [Child] = []
      for number in 0..<4 {
        children.append(try Child(["model", place.path, "\(number)"]))
        // The first one makes the file; starting together is a test of its own.
        if number == 0 { children[0].wait(forLines: 1) }
      }
      var finished = 0
      // A fast machine would be through with the commands after three kills.
      func isThrough() -> Bool {
        if let limit = Self.limit { return ContinuousClock.now - start >= limit }
        return kills >= 30 && finished + children.map(\.lineCount).reduce(0, +) >= wanted
      }
      while !isThrough() {
        let index = random.next(below: children.count)
        // Some more lines of its own: the kill then falls into what follows them.
        let child = children[index]
        child.wait(forLines: child.lineCount + 1 + random.next(below: 80), atMost: .seconds(5))
        children[index].kill()
        kills += 1
        finished += children[index].lineCount
        journal.read(children[index].lines)
        if kills.isMultiple(of: 10) { try inspect(place, "seed \(seed), kill \(kills)") }
        children[index] = try Child(["model", place.path, "\(kills * 10 + index)"])
      }
      for child in children {
        child.kill()
        journal.read(child.lines)
      }
      let what = "seed \(seed), \(kills) kills"
      let store = try BackofficeStore(.file(place.path))
      let problems = try QueueOracle(store).problems
      #expect(problems == [], "\(what)")
      #expect(try journal.missing(in: store) == [], "\(what)")
      #expect(journal.doubles == [], "\(what)")
      store.close()
      try recover(place, what)
      try recover(place, what)
      print(
        "queue model: \(journal.commands) commands of four processes, \(kills) kills, "
          + "\(journal.items.count) items, \(journal.done.count) completed (seed \(seed), "
          + "\((ContinuousClock.now - start).components.seconds) s)")
    }

    /// Looks at the file while others use it.
    private func inspect(_ place: Workplace, _ what: String) throws {
      let store = try BackofficeStore(.file(place.path))
      let problems = try QueueOracle(store).problems
      #expect(problems == [], "\(what)")
      store.close()
    }

    /// An hour later every lease comes back, and a second time changes nothing.
    private func recover(_ place: Workplace, _ what: String) throws {
      var configuration = BackofficeStore.Configuration()
      configuration.database.clock = ManualClock(StoreClock.system.now() + .hours(1)).clock
      let store = try BackofficeStore(.file(place.path), configuration: configuration)
      while try store.queue.rescueExpired(limit: 1000).count > 0 {}
      #expect(try store.queue.rescueExpired().count == 0)
      let running = try store.read { transaction in
        try transaction.fetchOne(
          sql: "SELECT count(*) FROM queue_items WHERE status = 'running'"
        ) { try $0.value(at: 0, as: Int.self) }
      }
      #expect(running == 0, "\(what)")
      let problems = try QueueOracle(store).problems
      #expect(problems == [], "\(what)")
      store.close()
    }
  }

  /// What processes said that they did.
  private struct Journal {
    var commands = 0
    var items: Set<String> = []
    var batches: Set<String> = []
    var taken: [String: String] = [:]
    var done: [String: Int] = [:]

    mutating func read(_ lines: [String]) {
      commands += lines.count
      for line in lines {
        let words = line.split(separator: " ").map(String.init)
        switch words.first {
        case "item": items.insert(words[1])
        case "batch": batches.insert(words[1])
        case "took": taken[words[2]] = words[1]
        case "done": done[words[1], default: 0] += 1
        default: break
        }
      }
    }

    /// Items that more than one process completed.
    var doubles: [String] { done.filter { $0.value > 1 }.map(\.key) }

    /// What the file does not know although a process was told that it is durable.
    func missing(in store: BackofficeStore) throws -> [String] {
      try store.read { transaction in
        var missing: [String] = []
        for (table, ids) in [("queue_items", items), ("batches", batches)] {
          for text in ids {
            guard let id = ID<AnyEntity>(text),
              try transaction.fetchOne(
                sql: "SELECT 1 FROM \(table) WHERE id = ?", id, decode: { _ in true }) != nil
            else {
              missing.append("\(table): \(text)")
              continue
            }
          }
        }
        for text in done.keys {
          guard let id = ID<AnyEntity>(text) else { continue }
          let status = try transaction.fetchOne(
            sql: "SELECT status FROM queue_items WHERE id = ?", id
          ) { try $0.value(at: 0, as: String.self) }
          if status != "completed" { missing.append("done \(text): \(status ?? "gone")") }
        }
        for (token, _) in taken {
          guard let id = ID<Lease>(token) else { continue }
          let isKnown = try transaction.fetchOne(
            sql: """
              SELECT 1 FROM queue_attempts WHERE lease_token = ?1
              UNION ALL SELECT 1 FROM queue_items WHERE lease_token = ?1
              """, id, decode: { _ in true })
          if isKnown == nil { missing.append("took \(token)") }
        }
        return missing
      }
    }
  }
#endif
