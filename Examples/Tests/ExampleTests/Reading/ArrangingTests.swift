import BackofficeToolKit
import Testing

@Suite("Options in front of a subcommand")
struct ArrangingTests {
  private func arranged(_ line: String) -> String {
    BackofficeTool.arranged(line.split(separator: " ").map(String.init)).joined(separator: " ")
  }

  @Test("They go behind it, with their values, and before what was typed there")
  func moved() {
    #expect(
      arranged("migrate --folder db --database=app.sqlite up --to 3")
        == "migrate up --folder db --database=app.sqlite --to 3")
    #expect(
      arranged("queue --database app.sqlite work -- ./handle")
        == "queue work --database app.sqlite -- ./handle")
    #expect(arranged("migrate --json --database a dump") == "migrate dump --json --database a")
  }

  @Test("What the subcommand has no use for is left out")
  func useless() {
    #expect(arranged("migrate --folder db --database a lint") == "migrate lint --folder db")
    #expect(arranged("migrate --folder=db --database a restore") == "migrate restore --database a")
  }

  @Test("Other lines stay as they were typed")
  func untouched() {
    for line in [
      "", "check --database a", "migrate up --folder db", "migrate --help", "migrate --folder db",
    ] {
      #expect(arranged(line) == line)
    }
  }
}
