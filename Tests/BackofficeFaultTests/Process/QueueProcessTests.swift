#if os(macOS) || os(Linux)
  import Backoffice
  import Foundation
  import Testing

  @Suite("The queue between processes", .serialized)
  struct QueueProcessTests {
    @Test("A01, A02: eight processes with four tasks each take every item once")
    func claims() throws {
      let place = try Workplace()
      let store = try BackofficeStore(.file(place.path))
      let count = 2000
      try store.declareKept((0..<5).map { "kind \($0)" })
      try store.queue.enqueue((0..<count).map { NewQueueItem(kind: "kind \($0 % 5)") })
      let children = try (0..<8).map { _ in try Child(["claims", place.path, "4"]) }
      for child in children { child.end() }
      #expect(children.allSatisfy { $0.exitStatus == 0 })
      let taken = children.flatMap(\.lines).map { $0.split(separator: " ")[1] }
      #expect(taken.count == count)
      #expect(Set(taken).count == count)
      #expect(try QueueOracle(store).problems == [])
      #expect(try store.count(.completed) == count)
      store.close()
    }

    @Test("A02: thirty-two tasks take every item once")
    func tasks() async throws {
      let place = try Workplace()
      let store = try BackofficeStore(.file(place.path))
      let count = 1500
      try store.declareKept((0..<5).map { "kind \($0)" })
      try store.queue.enqueue((0..<count).map { NewQueueItem(kind: "kind \($0 % 5)") })
      let taken = try await withThrowingTaskGroup(of: [ID<QueueItem>].self) { group in
        for task in 0..<32 {
          group.addTask {
            var taken: [ID<QueueItem>] = []
            while true {
              let claimed = try await store.database.async.write { transaction in
                try transaction.queue.claim(1 + task % 4, worker: "task \(task)")
              }
              if claimed.isEmpty { return taken }
              taken += claimed.map(\.lease.item)
              try await store.database.async.write { transaction in
                try transaction.queue.complete(claimed.map(\.lease))
              }
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(taken.count == count)
      #expect(Set(taken).count == count)
      #expect(try QueueOracle(store).problems == [])
      store.close()
    }

    @Test("A worker learns of items of another process long before it would ask the queue")
    func wakeUp() throws {
      let place = try Workplace()
      let store = try BackofficeStore(.file(place.path))
      try store.declareKept(["work"])
      let child = try Child(["worker", place.path, "w"])
      child.wait(forLines: 1)
      var delays: [Int64] = []
      for turn in 0..<20 {
        let id = try store.queue.enqueue(NewQueueItem(kind: "work")).id
        let enqueued = StoreClock.system.now().microseconds
        child.wait(forLines: turn + 2)
        let words = try #require(child.lines.last).split(separator: " ")
        #expect(words.count == 3 && words[1] == id.description)
        delays.append((Int64(words.last ?? "") ?? .max) - enqueued)
        // The next one comes when it has nothing left to do but to wait for a sign.
        child.wait(forLines: turn + 3, atMost: .milliseconds(25))
      }
      child.closeInput()
      child.end()
      delays.sort()
      print("wake-up across processes: median \(delays[10]) µs, worst \(delays[19]) µs")
      #expect(child.exitStatus == 0)
      #expect(try QueueOracle(store).problems == [])
      store.close()
    }

    @Test("B03, B25: workers that are killed again and again lose and double nothing")
    func killedWorkers() throws {
      let place = try Workplace()
      let store = try BackofficeStore(.file(place.path))
      let random = RandomSource.seeded(7)
      try store.declareKept(["work"])
      var count = 0
      var kills = 0
      func enqueue(_ some: Int) throws {
        try store.queue.enqueue(
          (0..<some).map { _ in
            var item = NewQueueItem(kind: "work")
            item.retryDelaySeconds = 0
            item.maxAttempts = 1000
            item.maxRescues = 1000
            return item
          })
        count += some
      }
      try enqueue(300)
      var workers = try (0..<3).map { try Child(["worker", place.path, "w\($0)"]) }
      while kills < Effort.times(15, full: 200) {
        try enqueue(20 + random.next(below: 60))
        let index = random.next(below: workers.count)
        // A few items more, or none when the others took all of them.
        let lines = workers[index].lineCount + 1 + random.next(below: 20)
        workers[index].wait(forLines: lines, atMost: .milliseconds(150))
        workers[index].kill()
        kills += 1
        workers[index] = try Child(["worker", place.path, "w\(index)"])
      }
      let limit = ContinuousClock.now + .seconds(300)
      while try store.count(.completed) < count, ContinuousClock.now < limit {
        workers[0].wait(forLines: workers[0].lineCount + 1, atMost: .milliseconds(50))
      }
      for worker in workers { worker.closeInput() }
      for worker in workers { worker.end() }
      #expect(try store.count(.completed) == count)
      #expect(try QueueOracle(store).problems == [])
      print("killed workers: \(kills) kills, \(count) items, all completed once")
      store.close()
    }
  }
#endif
