#if os(macOS) || os(Linux)
  import Backoffice
  import Foundation
  import Testing

  @Suite("One file and several processes")
  struct SharedFileTests {
    @Test("H04: eight processes that make and write one file at once: no error, no lost row")
    func eight() throws {
      let count = 8
      let rounds = Effort.isFull ? 60 : max(3, 15 / Effort.slowness)
      let place = try Workplace()
      // All of them find no file, so they make it together.
      let processes = try (0..<count).map { worker in
        try Helper.start(["share", place.path, "\(worker)", "\(rounds)"])
      }
      var facts: [String: Set<String>] = [:]
      var told = 0
      for (process, output) in processes {
        let said = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(said.hasPrefix("open\n") && said.hasSuffix("end\n"))
        for line in said.split(separator: "\n") where line.contains(" ") {
          let words = line.split(separator: " ").map(String.init)
          // Said twice, an item was enqueued or completed twice.
          let isNew = facts[words[0], default: []].insert(words[1]).inserted
          #expect(isNew, "\(line)")
          told += 1
        }
      }
      let items = facts["item"] ?? []
      #expect(items.count == count * rounds * 4)
      #expect(facts["done"] == items)
      #expect(facts["customer"]?.count == count * rounds)
      #expect(Inspection(place.path).problems == "")
      let store = try BackofficeStore(.file(place.path))
      #expect(try store.check() == [])
      let counts = try store.read { transaction in
        try transaction.fetchOne(
          sql: """
            SELECT (SELECT count(*) FROM queue_items), (SELECT count(*) FROM customers),
              (SELECT count(*) FROM queue_items WHERE status = 'completed')
            """
        ) { row in try (0..<3).map { try row.value(at: $0, as: Int.self) } }
      }
      #expect(counts == [items.count, count * rounds, items.count])
      store.close()
      print("processes: \(count) at once, \(told) acknowledged facts are there")
    }

    /// Starts a process that holds the writer, and lets it go at the end.
    private func whileHeld(_ place: Workplace, _ body: (Int32) throws -> Void) throws {
      let input = Pipe()
      let (process, output) = try Helper.start(["hold", place.path], input: input)
      var said = Data()
      while !said.contains(UInt8(ascii: "\n")) {
        let more = output.availableData
        if more.isEmpty { break }
        said += more
      }
      defer {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
      }
      try body(process.processIdentifier)
    }

    @Test("Who waits in vain for another process is told how long, and which process holds on")
    func holder() throws {
      let place = try Workplace()
      var configuration = Database.Configuration()
      configuration.busyTimeout = .milliseconds(80)
      try BackofficeStore(.file(place.path)).close()
      let ours = try Database(.file(place.path), configuration: configuration)
      try whileHeld(place) { process in
        let error = #expect(throws: StorageError.self) { try ours.write { _ in } }
        guard case .busy(let waited, "a write", let holder) = error else {
          Issue.record("expected busy, got \(String(describing: error))")
          return
        }
        #expect(waited >= 70_000)
        let text = error?.description ?? ""
        let start = "a write timed out after \(waited / 1000) ms: the file's write lock"
        #expect(text.hasPrefix(start))
        #expect(text.hasSuffix("shorten that transaction or raise Configuration.busyTimeout"))
        #if os(Linux)
          #expect(holder?.process == Int64(process))
          #expect(holder?.isOwn == false)
          // The kernel keeps 15 bytes of a name.
          #expect(text.contains("is held by process \(process) (BackofficeCrash)"))
        #else
          #expect(holder == nil)
        #endif
      }
      try ours.write { _ in }
      ours.close()
    }

    @Test("A task that waits for another process's transaction can be cancelled at once")
    func cancelled() async throws {
      let place = try Workplace()
      var configuration = Database.Configuration()
      // Longer than any other test keeps this one from its next step.
      configuration.busyTimeout = .seconds(86_400)
      try BackofficeStore(.file(place.path)).close()
      let ours = try Database(.file(place.path), configuration: configuration)
      let input = Pipe()
      let (process, output) = try Helper.start(["hold", place.path], input: input)
      #expect(!output.availableData.isEmpty)
      let task = Task { try await ours.async.write { _ in } }
      await Task.yield()
      task.cancel()
      // Long before the other process would have been waited for in vain.
      await #expect(throws: CancellationError.self) { try await task.value }
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      try await ours.async.write { _ in }
      ours.close()
    }

    @Test("Commits of another process are noticed, and tracked queries emit a new result")
    func observation() async throws {
      let place = try Workplace()
      let store = try BackofficeStore(.file(place.path))
      let changes = store.database.changes(otherProcessPollInterval: .milliseconds(2))
      let counts = store.database.values(
        tracking: ["queue_items"], otherProcessPollInterval: .milliseconds(2)
      ) { transaction in
        try transaction.fetchOne(sql: "SELECT count(*) FROM queue_items") {
          try $0.value(at: 0, as: Int.self)
        } ?? 0
      }
      var results = counts.makeAsyncIterator()
      #expect(try await results.next() == 0)
      let (process, _) = try Helper.start(["share", place.path, "1", "4"])
      var latest: Int? = 0
      while let count = latest, count < 5 { latest = try await results.next() }
      #expect(latest ?? 0 >= 5)
      var commits = changes.makeAsyncIterator()
      let change = await commits.next()
      #expect(change?.includesOtherProcesses == true)
      #expect(change?.concerns(["anything"]) == true)
      process.waitUntilExit()
      store.close()
    }
  }
#endif
