#if os(macOS) || os(Linux)
  import Backoffice
  import Foundation
  import Testing

  @Suite("Processes that make one schema at once")
  struct FirstStartTests {
    /// A folder of small migrations, with ways back.
    private static func folder(_ count: Int) throws -> Workplace {
      let place = try Workplace()
      for number in 1...count {
        try Data("CREATE TABLE t\(number) (a);\nINSERT INTO t\(number) VALUES (\(number));".utf8)
          .write(to: URL(fileURLWithPath: "\(place.folder)/\(number)_t.sql"))
      }
      return place
    }

    /// A process that waits for paths.
    private final class Starter {
      let process = Process()
      private let input = Pipe()
      private let output = Pipe()
      private var said = Data()

      init(_ folder: String) throws {
        process.executableURL = try Helper.url()
        process.arguments = ["migrate", folder]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
      }

      func tell(_ path: String) {
        input.fileHandleForWriting.write(Data((path + "\n").utf8))
      }

      /// The next line that it says; nil at its end.
      func line() -> String? {
        while true {
          if let end = said.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: said[..<end], as: UTF8.self)
            said = Data(said[(end + 1)...])
            return line
          }
          let more = output.fileHandleForReading.availableData
          if more.isEmpty { return nil }
          said += more
        }
      }

      func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
    }

    @Test("8 processes that begin with one new file at once all succeed, and each step runs once")
    func firstStarts() throws {
      let rounds = Effort.times(10, full: 100)
      let steps = 6
      let migrations = try Self.folder(steps)
      let starters = try (0..<8).map { _ in try Starter(migrations.folder) }
      for starter in starters { #expect(starter.line() == "ready") }
      let place = try Workplace()
      for round in 0..<rounds {
        let path = "\(place.folder)/\(round).sqlite"
        for starter in starters { starter.tell(path) }
        let answers = starters.map { $0.line() ?? "nothing" }
        let counts = answers.compactMap { answer in
          answer.hasPrefix("ok ") ? Int(answer.dropFirst(3)) : nil
        }
        #expect(counts.count == starters.count, "round \(round): \(answers)")
        #expect(counts.reduce(0, +) == steps, "round \(round): \(answers)")
        #expect(try Self.tables(path) == steps, "round \(round)")
      }
      for starter in starters { starter.end() }
      print("first starts: 8 processes x \(rounds) new files, no failure")
    }

    @Test("37: After kill -9 each step is in the file with its row of the ledger, or not")
    func kills() throws {
      let migrations = try Self.folder(40)
      let migrator = try Migrator([MigrationFolder(migrations.folder).pack()])
      let random = RandomSource.seeded(41)
      var halfWay = 0
      for kill in 0..<Effort.times(20, full: 200) {
        let place = try Workplace()
        let starter = try Starter(migrations.folder)
        #expect(starter.line() == "ready")
        starter.tell(place.path)
        Moment.pass(.microseconds(random.next(below: 60_000)))
        Foundation.kill(starter.process.processIdentifier, SIGKILL)
        starter.process.waitUntilExit()
        let there = try Self.tables(place.path)
        let noted = try Database.maintain(.file(place.path)) { maintenance throws in
          let noted = try migrator.status(maintenance).count { $0.state == .applied }
          try migrator.up(maintenance)
          return noted
        }
        #expect(there == noted, "kill \(kill)")
        #expect(try Self.tables(place.path) == 40, "kill \(kill)")
        #expect(Inspection(place.path).problems == "", "kill \(kill)")
        if there > 0, there < 40 { halfWay += 1 }
      }
      print("kills: \(halfWay) came between the first step and the last")
    }

    /// How many tables of the migrations a file has, each with its row.
    private static func tables(_ path: String) throws -> Int {
      guard FileManager.default.fileExists(atPath: path) else { return 0 }
      return try Database.maintain(.file(path)) { maintenance throws in
        try maintenance.firstColumn("SELECT name FROM sqlite_schema WHERE name GLOB 't[0-9]*'")
          .count { table in
            try maintenance.firstColumn("SELECT count(*) FROM \(table)") == ["1"]
          }
      }
    }
  }
#endif
