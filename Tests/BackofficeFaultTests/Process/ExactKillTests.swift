#if os(macOS) || os(Linux)
  import Foundation
  import Testing

  @Suite("Processes that are killed before each change of a file")
  struct ExactKillTests {
    /// Before every how many changes of a file a process is killed where not before all of them.
    private static let usual = 41

    @Test("After kill -9 before any change of a file it is sound, with all that was acknowledged")
    func kill() throws {
      let place = try Workplace()
      let every = Effort.times(Self.usual, full: 1)
      // Other ones on every run; what is found names its moment.
      let from = Int.random(in: 0..<every)
      let (process, output) = try Helper.start(["kill", place.folder, "\(every)", "\(from)"])
      let said = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      print(said)
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
      #expect(!said.contains("problem:"))
      #expect(said.contains("kills, all: "))
    }
  }
#endif
