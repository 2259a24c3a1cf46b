#if os(macOS) || os(Linux)
  import Foundation
  import Testing

  @Suite("What happens around an open store")
  struct SurroundingsTests {
    private func lines(_ arguments: [String]) throws -> [String] {
      let child = try Child(arguments)
      child.end()
      #expect(child.exitStatus == 0)
      return child.lines
    }

    @Test("15: a relative path means the file that was opened, after a change of the folder, too")
    func move() throws {
      let place = try Workplace()
      #expect(try lines(["move", place.folder]) == ["rows 1", "copied 1", "path true"])
    }

    @Test("30: a forked child is refused the store of its parent, which goes on")
    func fork() throws {
      let place = try Workplace()
      #expect(try lines(["fork", place.path]) == ["refused 3", "rows 2"])
    }
  }
#endif
