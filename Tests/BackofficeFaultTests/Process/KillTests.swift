#if os(macOS) || os(Linux)
  import Backoffice
  import Foundation
  import Testing

  @Suite("Processes that are killed")
  struct KillTests {
    /// How often one file sees its writer die.
    private static let livesOfAFile = 10

    @Test(
      "After kill -9 at any moment every acknowledged write is there, and every lease comes back")
    func kill() throws {
      let kills = 200
      let seed: UInt64 = 2026
      let random = RandomSource.seeded(seed)
      var ledger = Ledger()
      var place = try Workplace()
      var told = 0
      var leases = 0
      for life in 0..<kills {
        if life.isMultiple(of: Self.livesOfAFile) {
          place = try Workplace()
          ledger = Ledger()
        }
        let said = try liveAndDie(place, life: life, random)
        told += ledger.read(said)
        let what = "seed \(seed), life \(life)"
        leases += try checkRescue(place, what)
        let found = Inspection(place.path)
        #expect(found.problems == "", "\(what)")
        let store = try BackofficeStore(.file(place.path))
        #expect(try store.check() == [], "\(what)")
        let missing = try ledger.missing(in: store)
        #expect(missing == [], "\(what)")
        store.close()
      }
      print(
        "kills: \(kills) of a writing process (seed \(seed)), \(told) acknowledged facts are there, "
          + "\(leases) leases came back")
      #expect(told > kills)
    }

    /// Starts a writer and kills it, after some facts or while it still opens the file.
    private func liveAndDie(
      _ place: Workplace, life: Int, _ random: RandomSource
    ) throws -> String {
      let (process, output) = try Helper.start(["write", place.path, "\(life)"])
      var said = Data()
      let facts = random.next(below: 5) == 0 ? 0 : 1 + random.next(below: 60)
      while said.count(where: { $0 == UInt8(ascii: "\n") }) < facts {
        let more = output.availableData
        if more.isEmpty { break }
        said += more
      }
      // The moment between two facts, or within the opening, is random too.
      Moment.pass(.microseconds(random.next(below: facts == 0 ? 60_000 : 3_000)))
      Foundation.kill(process.processIdentifier, SIGKILL)
      said += try output.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal)
      return String(decoding: said, as: UTF8.self)
    }

    /// Opens a copy an hour later: no item is still with the worker that died.
    private func checkRescue(_ place: Workplace, _ what: String) throws -> Int {
      let copy = try Workplace()
      try copy.load(place.contents())
      var configuration = BackofficeStore.Configuration()
      configuration.database.clock = ManualClock(StoreClock.system.now() + .seconds(3600)).clock
      let store = try BackofficeStore(.file(copy.path), configuration: configuration)
      var rescued = 0
      while true {
        let count = try store.queue.rescueExpired(limit: 1000).count
        if count == 0 { break }
        rescued += count
      }
      let running = try store.read { transaction in
        try transaction.fetchOne(
          sql: "SELECT count(*) FROM queue_items WHERE status = 'running'"
        ) { try $0.value(at: 0, as: Int.self) }
      }
      #expect(running == 0, "\(what)")
      #expect(try store.check() == [], "\(what)")
      store.close()
      return rescued
    }
  }

  /// What a writer said was durable.
  private struct Ledger {
    var facts: [String] = []

    /// Takes the complete lines of what it said; answers how many facts they are.
    mutating func read(_ said: String) -> Int {
      let before = facts.count
      for line in said.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      where line != "open" {
        facts.append(String(line))
      }
      return facts.count - before
    }

    /// The facts that the file does not know.
    func missing(in store: BackofficeStore) throws -> [String] {
      try store.read { transaction in
        var missing: [String] = []
        for fact in facts {
          let words = fact.split(separator: " ").map(String.init)
          let table = words[0] == "customer" ? "customers" : "queue_items"
          guard words.count > 1, let id = ID<AnyEntity>(words[1]) else {
            missing.append("unreadable: \(fact)")
            continue
          }
          let status = try transaction.fetchOne(
            sql:
              "SELECT status, \(table == "customers" ? "NULL" : "lease_token") FROM \(table) WHERE id = ?",
            id
          ) { (try $0.value(at: 0, as: String.self), try $0.value(at: 1, as: ID<Lease>?.self)) }
          switch (words[0], status) {
          case ("customer", .some), ("item", .some): break
          case ("done", .some(("completed", _))): break
          case ("claimed", .some(("running", let token))) where token?.description == words.last:
            break
          default: missing.append("\(fact): \(String(describing: status))")
          }
        }
        return missing
      }
    }
  }
#endif
