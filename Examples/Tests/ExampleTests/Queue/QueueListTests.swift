import Foundation
import Testing

@Suite("13.10: backoffice queue list")
struct QueueListTests {
  @Test("Each combination of options lists exactly the items that match, newest first")
  func filters() throws {
    let tool = try Tool().withStore()
    for (kind, queue, tag) in [
      ("mail", "a", "x"), ("mail", "b", "x"), ("print", "a", "y"), ("mail", "a", "y"),
    ] {
      try tool.run("queue", "enqueue", kind, "--queue", queue, "--tag", tag)
    }
    func count(_ options: String...) throws -> Int {
      let answer = try tool.run(["queue", "list", "--json"] + options)
      #expect(answer.status == 0)
      return answer.output.components(separatedBy: "\"kind\"").count - 1
    }
    #expect(try count() == 4)
    #expect(try count("--queue", "a") == 3)
    #expect(try count("--status", "pending") == 4)
    #expect(try count("--status", "pending", "--queue", "b") == 1)
    #expect(try count("--status", "running") == 0)
    #expect(try count("--kind", "mail") == 3)
    #expect(try count("--kind", "mail", "--queue", "a") == 2)
    #expect(try count("--tag", "x") == 2)
    #expect(try count("--tag", "y", "--kind", "mail", "--queue", "a") == 1)
    #expect(try count("--kind", "mail", "--status", "pending", "--limit", "2") == 2)
    #expect(try count("--kind", "mail", "--status", "failed") == 0)
  }
}
