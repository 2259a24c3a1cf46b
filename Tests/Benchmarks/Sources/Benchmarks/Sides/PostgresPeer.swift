import BackofficeStorage
import CPostgresClient
import Foundation

/// One connection, with the statements of the workloads prepared.
final class PostgresClient: @unchecked Sendable {
  private let handle: OpaquePointer

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  init(_ parameters: String) throws {
    guard let handle = cpostgres_connect(parameters) else {
      throw Failure(description: "PostgreSQL cannot be reached, or libpq is missing")
    }
    self.handle = handle
  }

  deinit { cpostgres_close(handle) }

  private func fail() -> Failure {
    Failure(description: "PostgreSQL: \(String(cString: cpostgres_message(handle)))")
  }

  func execute(_ sql: String) throws {
    if cpostgres_execute(handle, sql) != 0 { throw fail() }
  }

  func prepare(_ name: String, _ sql: String) throws {
    if cpostgres_prepare(handle, name, sql) != 0 { throw fail() }
  }

  @discardableResult
  func run(_ name: String, _ values: String...) throws -> Int {
    var pointers = values.map { strdup($0).map { UnsafePointer($0) } }
    defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
    let rows = cpostgres_run(handle, name, Int32(values.count), &pointers)
    if rows < 0 { throw fail() }
    return Int(rows)
  }

  func first(_ column: Int32) -> String {
    String(cString: cpostgres_first_value(handle, column))
  }
}

/// PostgreSQL on loopback with its default durability, doing the same work on the same tables.
final class PostgresPeer {
  private let parameters: String
  let client: PostgresClient
  private let rows: Int
  private var nextCustomer = 0

  init(_ parameters: String, rows: Int) throws {
    self.parameters = parameters
    self.rows = rows
    client = try PostgresClient(parameters)
    print("  filling PostgreSQL with \(rows) customers and items ...")
    try client.execute("SET synchronous_commit = off; \(PostgresSchema.tables)")
    try client.execute(
      PostgresSchema.rows(
        rows, payload: Fixtures.payloadText, at: Fixtures.epoch.microseconds - 86_400_000_000))
    try client.execute("VACUUM ANALYZE")
    try client.execute("SET synchronous_commit = on")
    try Self.prepare(client)
  }

  private static func prepare(_ client: PostgresClient) throws {
    try client.prepare("enqueue", PostgresSchema.enqueue)
    try client.prepare("claim", PostgresSchema.claim)
    try client.prepare("complete", PostgresSchema.complete)
    try client.prepare("find", PostgresSchema.find)
    try client.prepare("set_status", PostgresSchema.setStatus)
    try client.prepare("history", PostgresSchema.history)
    try client.prepare("flow", PostgresSchema.flow)
  }

  private var now: String { String(Fixtures.epoch.microseconds) }

  func side(_ count: Int, _ body: @escaping () throws -> Void) -> Side {
    Side(name: "PostgreSQL") { _ in
      try Measuring.nanoseconds { for _ in 0..<count { try body() } } / Double(count)
    }
  }

  func enqueueing(_ count: Int) -> Side {
    let (client, now) = (client, now)
    return side(count) { try client.run("enqueue", now, Fixtures.payloadText) }
  }

  /// Several connections at once, each waiting for its commit before its next item.
  func enqueueing(_ count: Int, clients: Int) throws -> Side {
    let connections = try (0..<clients).map { _ in
      let client = try PostgresClient(parameters)
      try Self.prepare(client)
      return client
    }
    let now = now
    return Side(name: "PostgreSQL, \(clients) clients") { _ in
      let failures = Failures()
      let time = Measuring.nanoseconds {
        DispatchQueue.concurrentPerform(iterations: clients) { index in
          do {
            for _ in 0..<count / clients {
              try connections[index].run("enqueue", now, Fixtures.payloadText)
            }
          } catch {
            failures.add(error)
          }
        }
      }
      if let error = failures.first { throw error }
      return time / Double(count / clients * clients)
    }
  }

  func claiming(_ count: Int) -> Side {
    let (client, now) = (client, now)
    return side(count) {
      try client.execute("BEGIN")
      for priority in 1...5 where try client.run("claim", now, "\(priority)") > 0 { break }
      let (item, token) = (client.first(0), client.first(1))
      try client.execute("COMMIT")
      try client.execute("BEGIN")
      try client.run("complete", item, now, token)
      try client.execute("COMMIT")
    }
  }

  func finding(_ count: Int) -> Side {
    let client = client
    let rows = UInt64(rows)
    var random = SplitMix(state: 42)
    return side(count) { try client.run("find", String(1 + random.next() % rows)) }
  }

  func changingStatus(_ count: Int) -> Side {
    let (client, now) = (client, now)
    return side(count) { [self] in
      nextCustomer += 1
      let number = String(1 + (nextCustomer &* 7919) % rows)
      try client.execute("BEGIN")
      try client.run("set_status", number, now)
      try client.run("history", number, now)
      try client.run("flow")
      try client.execute("COMMIT")
    }
  }
}
