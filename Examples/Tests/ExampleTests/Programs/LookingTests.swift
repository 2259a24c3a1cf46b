import ExampleSupport
import Foundation
import Testing

@Suite("13.24: Looking changes nothing, and making is asked for")
struct LookingTests {
  static let looking = [
    ["check"], ["stats"], ["queue", "stats"], ["queue", "list"], ["maintain", "--list"],
    ["dashboard"], ["schema"], ["imports"], ["history", "report"], ["usage", "report"],
    ["queue", "watch", "--ticks", "1"], ["migrate", "status"], ["migrate", "drift"],
    ["migrate", "validate"],
  ]

  @Test(
    "An empty file stays empty, and the command says how to make it a store", arguments: looking)
  func empty(_ command: [String]) throws {
    let tool = try Tool()
    try tool.write("", to: "o.sqlite")
    let ran = try tool.run(command)
    #expect(!ran.wasKilled)
    #expect(try tool.files() == ["o.sqlite": Data()])
    guard command[0] != "migrate" else { return }
    #expect(ran.status == 1)
    #expect(ran.error.contains("backoffice migrate up --database"))
  }

  @Test(
    "A missing file is not made, also by commands that write",
    arguments: looking + [
      ["queue", "enqueue", "mail"], ["queue", "pause"], ["rebuild"], ["maintain"], ["snapshot"],
      ["history", "import", "log.csv", "--case", "id", "--status", "state", "--time", "at"],
      ["usage", "import", "log.csv"], ["backup", "copy.sqlite"], ["imports", "take-back", "x"],
    ])
  func missing(_ command: [String]) throws {
    let tool = try Tool()
    try tool.write("id,state,at\n1,new,2026-01-01\n", to: "log.csv")
    let before = try tool.files()
    let ran = try tool.run(command)
    #expect(try tool.files() == before)
    guard command[0] != "migrate" else { return }
    #expect(ran.status == 1)
    #expect(ran.error.contains("does not exist"))
  }

  @Test("The bytes of a store stay as they are", arguments: looking)
  func unchanged(_ command: [String]) throws {
    let tool = try Tool().withStore()
    try tool.run("queue", "enqueue", "mail")
    let before = try tool.files()["o.sqlite"]
    #expect(try tool.run(command).wasKilled == false)
    #expect(try tool.files()["o.sqlite"] == before)
  }

  @Test("A file of another program gets no tables unless that is asked for")
  func foreign() throws {
    let tool = try Tool()
    try tool.write("CREATE TABLE notes (text TEXT);", to: "v0001_notes.sql")
    #expect(try tool.run("migrate", "up", "--folder", ".").status == 0)
    let before = try tool.files()["o.sqlite"]
    for command in [
      ["migrate", "up"], ["migrate", "to", "3"], ["queue", "enqueue", "mail", "--create"],
      ["check"],
      ["queue", "stats"], ["rebuild"],
    ] {
      let ran = try tool.run(command)
      #expect(ran.status == 1)
      #expect(ran.error.contains("belongs to another program"))
      #expect(ran.error.contains("'notes'"))
      #expect(try tool.files()["o.sqlite"] == before)
    }
    #expect(try tool.run("migrate", "up", "--beside-other-tables").status == 0)
    #expect(try tool.run("check").status == 0)
  }

  @Test("--create makes a store")
  func create() throws {
    let tool = try Tool()
    #expect(try tool.run("queue", "enqueue", "mail", "--create").status == 0)
    #expect(try tool.run("check").status == 0)
  }

  @Test("A dry run of an import makes no file and adds no row")
  func dryRun() throws {
    let tool = try Tool()
    try tool.write("id,state,at\n1,new,2026-01-01\n2,old,never\n", to: "log.csv")
    let command = [
      "history", "import", "log.csv", "--case", "id", "--status", "state", "--time", "at",
    ]
    let before = try tool.files()
    let ran = try tool.run(command + ["--dry-run", "--create"])
    #expect(ran.status == 0)
    #expect(ran.output.contains("1 added, 1 line skipped; this was a dry run"))
    #expect(try tool.files() == before)
    try tool.withStore()
    #expect(try tool.run(command + ["--dry-run"]).status == 0)
    #expect(try tool.run("history", "report").status == 1)
    #expect(try tool.run(command).status == 0)
    #expect(try tool.run("history", "report").status == 0)
  }

  @Test("An import of which every line is skipped fails, summed up")
  func totalFailure() throws {
    let tool = try Tool().withStore()
    let lines = (1...5000).map { "c\($0),new,day \($0)" }
    try tool.write("id,state,at\n" + lines.joined(separator: "\n"), to: "log.csv")
    let ran = try tool.run(
      "history", "import", "log.csv", "--case", "id", "--status", "state", "--time", "at")
    #expect(ran.status == 1)
    #expect(ran.error.contains("no line of log.csv could be imported"))
    #expect(ran.error.contains("5,000 lines were skipped"))
    #expect(ran.error.contains("5,000 lines: 'at' is '…', a time such as"))
    #expect(ran.error.split(separator: "\n").count < 20)
  }

  @Test(
    "A compressed file is named as one, with the command to type",
    arguments: [
      ([0x1f, 0x8b, 8, 0], "gzip -dc"), ([0x42, 0x5a, 0x68, 0x39], "bzip2 -dc"),
      ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz -dc"), ([0x28, 0xb5, 0x2f, 0xfd], "zstd -dc"),
      ([0x50, 0x4b, 3, 4], "unzip -p"), ([0xff, 0xfe, 0x61, 0], "iconv -f UTF-16 -t UTF-8"),
    ] as [([UInt8], String)])
  func compressed(_ bytes: [UInt8], _ command: String) throws {
    let tool = try Tool().withStore()
    try Data(bytes).write(to: tool.folder.appending(path: "log.csv"))
    let ran = try tool.run("usage", "import", "log.csv")
    #expect(ran.status == 1)
    #expect(ran.error.contains("\(command) log.csv"))
  }

  #if os(Linux)
    @Test(
      "A file that only others may write is read, in a folder that only others may write too",
      .enabled(
        if: getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
    func readOnly() throws {
      let tool = try Tool().withStore()
      try tool.run("queue", "enqueue", "mail")
      // Under a private home or temporary folder another user cannot reach the program or the file.
      guard try reaches(tool.program), try reaches(tool.folder.path) else { return }
      for (file, folder) in [(0o444, 0o755), (0o444, 0o555)] {
        try FileManager.default.setAttributes(
          [.posixPermissions: file], ofItemAtPath: tool.path("o.sqlite"))
        try FileManager.default.setAttributes(
          [.posixPermissions: folder], ofItemAtPath: tool.folder.path)
        for command in [["check"], ["stats"], ["queue", "list"], ["dashboard"]] {
          let process = Process()
          process.executableURL = URL(filePath: "/usr/bin/setpriv")
          process.arguments =
            ["--reuid=65534", "--clear-groups", tool.program] + command
            + ["--database", tool.path("o.sqlite")]
          // The temporary folder of the tests belongs to the user who runs them.
          process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": "/tmp"]) {
            $1
          }
          let output = Pipe()
          process.standardOutput = output
          process.standardError = output
          try process.run()
          let said = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
          process.waitUntilExit()
          #expect(process.terminationStatus == 0, "\(command): \(said)")
        }
      }
    }

    private func reaches(_ path: String) throws -> Bool {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/setpriv")
      process.arguments = ["--reuid=65534", "--clear-groups", "/usr/bin/test", "-x", path]
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus == 0
    }
  #endif
}
