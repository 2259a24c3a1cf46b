import BackofficeStorage
import Testing

@Suite("Verification on a failing disk")
struct VerificationFaultTests {
  @Test("A read that fails once is no damage: a sound file is never called damaged")
  func soundFile() throws {
    let place = try Workplace()
    let store = try Database(.file(place.path)) { maintenance in
      try maintenance.executeScript("CREATE TABLE notes (pk INTEGER PRIMARY KEY, text TEXT) STRICT")
    }
    try store.write { transaction in
      for length in [10, 5_000, 20_000, 60_000] {
        try transaction.execute(
          sql: "INSERT INTO notes (text) VALUES (?)", String(repeating: "x", count: length))
      }
    }
    store.close()

    let disk = try FaultFileSystem()
    var configuration = Database.Configuration()
    configuration.fileSystem = disk.name
    func verify() throws -> [String] {
      let file = try Database(.readOnly(place.path), configuration: configuration)
      defer { file.close() }
      return try file.verify()
    }
    disk.count(.ioError)
    #expect(try verify() == [])
    let operations = disk.operations
    #expect(operations > 30)
    var failures = 0
    for operation in 0..<operations {
      disk.arm(Fault(kind: .ioError, operation: operation, isPersistent: false))
      do {
        #expect(try verify() == [], "operation \(operation)")
      } catch {
        failures += 1
      }
      if disk.failedOperations == 0 { Issue.record("operation \(operation) did not fail") }
      disk.disarm()
    }
    #expect(failures > 0)
  }
}
