#if os(Linux)
  import Foundation
  import Testing

  @Suite("A long run")
  struct SoakTests {
    private static let operations =
      ProcessInfo.processInfo.environment["BACKOFFICE_SOAK"].flatMap { Int($0) } ?? 20_000

    @Test("Opening, writing, failing, cancelling, observing and closing leave nothing behind")
    func soak() throws {
      let place = try Workplace()
      let (process, output) = try Helper.start(["soak", place.path, "\(Self.operations)"])
      let said = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      print(said)
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
      let words = said.split(whereSeparator: \.isWhitespace)
      func figures(_ name: Substring) throws -> (start: Int, most: Int) {
        let index = try #require(words.firstIndex(of: name))
        return (
          try #require(Int(words[index + 1])), try #require(Int(words[index + 2]))
        )
      }
      // With every store closed SQLite holds what it held before, to the byte.
      let sqlite = try figures("sqlite")
      #expect(sqlite.start == sqlite.most)
      let files = try figures("files")
      #expect(files.start == files.most)
      // The allocator keeps freed pages as it likes, but no more and more of them.
      let resident = try figures("resident")
      // A sanitizer keeps what was freed for a while, to see who still uses it.
      let allowance = (24 << 20) * (Effort.slowness > 1 ? 16 : 1)
      #expect(resident.most - resident.start < allowance)
    }
  }
#endif
