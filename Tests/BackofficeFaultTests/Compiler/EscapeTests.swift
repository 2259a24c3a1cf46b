#if os(macOS) || os(Linux)
  import Foundation
  import Testing

  @Suite("What the compiler refuses")
  struct EscapeTests {
    struct NoModules: Error {}

    /// Programs that would use a transaction or a row beyond its scope, and what the compiler says.
    static let programs: [(name: String, body: String, says: String?)] = [
      (
        "a program that does nothing wrong",
        "let count: [Int] = try database.read { try $0.fetchAll(sql: \"SELECT 1\") { try $0.value(at: 0) } }",
        nil
      ),
      (
        "a transaction that is returned",
        "let kept: WriteTransaction = try database.write { $0 }",
        "requires that 'WriteTransaction' conform to 'Copyable'"
      ),
      (
        "a transaction that is handed to a task",
        "try database.write { t in let run: @Sendable () -> Void = { _ = t.now }; run() }",
        "non-Sendable type 'WriteTransaction'"
      ),
      (
        "a transaction that is copied",
        "try database.write { transaction in let copy = transaction; _ = copy.now }",
        "is borrowed and cannot be consumed"
      ),
      (
        "a row that is returned",
        "let row: Row? = try database.read { try $0.fetchOne(sql: \"SELECT 1\") { $0 } }",
        "conform to 'Copyable'"
      ),
      (
        "a write through a reading transaction",
        "try database.read { t in _ = try t.execute(sql: \"DELETE FROM a\") }",
        "no member 'execute'"
      ),
      (
        "a value that no column can hold",
        "try database.read { t in try t.forEach(sql: \"SELECT ?\", [\"a\": 1]) { _ in true } }",
        "conform to 'Bindable'"
      ),
    ]

    /// What the compiler prints about a program; empty when it has nothing against it.
    private func compile(_ body: String) throws -> String {
      let products = try Helper.url().deletingLastPathComponent()
      let modules = products.appendingPathComponent("Modules")
      guard FileManager.default.fileExists(atPath: modules.path) else { throw NoModules() }
      let place = try Workplace()
      let file = place.folder + "/main.swift"
      try """
      import BackofficeStorage
      let database = try Database(.memory)
      \(body)

      """.write(toFile: file, atomically: true, encoding: .utf8)
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [
        "swiftc", "-emit-sil", "-o", place.folder + "/main.sil", "-swift-version", "6", "-I",
        modules.path, "-Xcc",
        "-fmodule-map-file=\(products.path)/CBackofficeSQLite.build/module.modulemap", file,
      ]
      process.standardError = output
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let said = String(
        decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      return process.terminationStatus == 0 ? "" : said
    }

    @Test("A transaction or a row cannot leave its scope", arguments: 0..<programs.count)
    func escapes(index: Int) throws {
      let (name, body, says) = Self.programs[index]
      let said = try compile(body)
      guard let says else {
        #expect(said == "", "\(name)")
        return
      }
      #expect(said.contains("error:"), "\(name) was compiled")
      #expect(said.contains(says), "\(name): \(said)")
    }
  }
#endif
