#if os(macOS) || os(Linux)
  import Foundation
  import Testing

  @Suite("Memory that runs out")
  struct MemoryTests {
    @Test("Every failing allocation ends in success or an error of memory, never in a half state")
    func allocations() throws {
      let place = try Workplace()
      let (process, output) = try Helper.start(
        ["memory", place.folder, Effort.isFull ? "all" : "16"])
      let said = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      print(said)
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 0)
      #expect(!said.contains("problem"))
      #expect(said.contains("memory, undo"))
    }
  }
#endif
