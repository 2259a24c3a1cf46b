#if os(macOS) || os(Linux)
  import Foundation
  import Testing

  @Suite("Threads of tasks")
  struct TaskThreadTests {
    // In a process of its own, since the threads of this one belong to all tests.
    @Test("More long reads than the machine has cores leave tasks a thread to end them")
    func reads() throws {
      let place = try Workplace()
      let (process, output) = try Helper.start(["read", place.path])
      let said = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(said == "ended\n")
    }
  }
#endif
