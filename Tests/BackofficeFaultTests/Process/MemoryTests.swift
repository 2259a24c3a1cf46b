#if os(macOS) || os(Linux)
  import Foundation
  import Testing

  @Suite("Memory that runs out")
  struct MemoryTests {
    /// How many allocations of each kind of work are failed where not all of them are.
    private static let usual = 12

    @Test("Every failing allocation ends in success or an error of memory, never in a half state")
    func allocations() throws {
      let place = try Workplace()
      let points = Effort.isFull ? "all" : "\(Self.usual)"
      // Other ones on every run; what is found names its allocation.
      let from = Int.random(in: 0..<100_000)
      let (process, output) = try Helper.start(["memory", place.folder, points, "\(from)"])
      let said = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      print(said)
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 0)
      #expect(!said.contains("problem:"))
      #expect(said.contains("memory, all: "))
    }
  }
#endif
