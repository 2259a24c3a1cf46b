import Backoffice
import BackofficeStorage
import CLimit
import Foundation
import GRDB

extension Bench {
  static func newCustomer(_ number: Int) throws -> NewCustomer {
    var customer = NewCustomer(
      fullName: "New Customer \(number)", email: "new\(number)@example.com",
      phone: "+1300\(1_000_000 + number)", companyName: "Company \(number)", tier: nil)
    customer.contact.preferredMethod = .email
    customer.contact.address = try JSONText(
      #"{"street":"1 Main Street","city":"Springfield","country":"US"}"#)
    customer.contact.location = "Springfield"
    customer.person.age = 40
    customer.person.gender = "female"
    customer.business.type = "bakery"
    customer.business.requirements = "A listing in every directory of the region"
    customer.business.data = try JSONText(
      #"{"industry":"food","website":"https://company.example.com"}"#)
    return customer
  }

  /// Customers in one transaction a round.
  func bulkInsert() throws -> Outcome {
    let count = options.operations(20_000)
    let customers = try (0..<count * (options.rounds + 1)).map(Self.newCustomer)
    let base = try fixtures.empty()
    let recordingPath = try scratch.copy(base, for: "tape")
    func insert(_ store: BackofficeStore, _ round: Int) throws {
      try store.write { transaction in
        for customer in customers[round * count..<(round + 1) * count] {
          _ = try transaction.customers.create(customer)
        }
      }
    }
    let tape = try Tape.record(
      options.rounds + 1, open: { try Self.open(recordingPath) },
      operation: { store, round in try insert(store, round) })
    let limit = try Limit(scratch.copy(base, for: "limit"))
    try limit.prepare(tape)
    let store = try Self.open(scratch.copy(base, for: "ours"))
    let grdb = try GRDBTape(scratch.copy(base, for: "grdb"), isFull: false, tape: tape)
    try limit.run(tape, 0..<1)
    try insert(store, 0)
    try grdb.run(0..<1)
    let sides = [
      Side(name: Side.limit) { round in
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          try limit.run(tape, round + 1..<round + 2)
        } / Double(count)
      },
      Side(name: Side.ours) { round in
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          try insert(store, round + 1)
        } / Double(count)
      },
      Side(name: "GRDB") { round in
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          try grdb.run(round + 1..<round + 2)
        } / Double(count)
      },
    ]
    var outcome = Outcome(
      number: 1, title: "bulk insert of typed customers, history and search included",
      conditions: "NORMAL, \(count) a transaction", unit: "µs", goal: "<= 1.15x limit")
    outcome.take(try Measuring.interleaved(sides, options))
    outcome.isMet = outcome.oursToLimit.map { $0.median <= 1.15 }
    outcome.fileMiB = Scratch.mebibytes(scratch.path("work-ours"))
    outcome.notes.append(
      "\(Report.number(tape.statementsPerOperation / Double(count))) statements a customer")
    store.close()
    scratch.removeWork()
    return outcome
  }

  /// The ids of `count` customers, spread over the whole table.
  static func someIDs(
    _ count: Int, of store: BackofficeStore, rows: Int
  ) throws -> [ID<Customer>] {
    var random = SplitMix(state: 42)
    return try store.read { transaction in
      try (0..<count).compactMap { _ in
        try transaction.fetchOne(
          sql: "SELECT id FROM customers WHERE pk = ?", 1 + Int(random.next() % UInt64(rows))
        ) { row in try row.value(at: 0, as: ID<Customer>.self) }
      }
    }
  }

  func findByID(insideRead: Bool) throws -> Outcome {
    let rows = options.rows
    let base = try fixtures.customers(rows)
    let path = try scratch.copy(base, for: "ours")
    let count = options.operations(20_000)
    let ids = try Self.ids(count, path: path, rows: rows)
    var found = 0
    func run(_ store: BackofficeStore) throws {
      if insideRead {
        try store.read { transaction in
          for id in ids where try transaction.customers.find(id) != nil { found += 1 }
        }
      } else {
        for id in ids where try store.customers.find(id) != nil { found += 1 }
      }
    }
    let tape = try Tape.record(
      1,
      open: {
        let store = try Self.open(path)
        _ = try store.customers.find(ids[0])
        return store
      }, operation: { store, _ in try run(store) })
    let limit = try Limit(path, isReader: true)
    try limit.prepare(tape)
    let store = try Self.open(path)
    let pool = try GRDBTape.open(path, isFull: false)
    let keys = ids.map { Data($0.bytes) }
    let sides =
      [
        Side(name: Side.limit) { _ in
          try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
            try limit.run(tape, 0..<1)
          } / Double(count)
        },
        Side(name: Side.ours) { _ in
          try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) { try run(store) }
            / Double(count)
        },
        Side(name: "GRDB") { _ in
          try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
            if insideRead {
              try pool.read { database in
                for key in keys where try GRDBCustomer.find(key, database) != nil { found += 1 }
              }
            } else {
              for key in keys
              where try pool.read({ try GRDBCustomer.find(key, $0) }) != nil { found += 1 }
            }
          } / Double(count)
        },
      ] + (insideRead ? [] : postgres.map { [$0.finding(options.operations(2000))] } ?? [])
    for side in sides { _ = try side.round(0) }
    let goal = insideRead ? 1.10 : 1.25
    var outcome = Outcome(
      number: insideRead ? 3 : 2,
      title: insideRead
        ? "customer by id inside a read transaction" : "customer by id through customers.find",
      conditions: "\(rows) customers, random ids", unit: "µs",
      fileMiB: Scratch.mebibytes(base), goal: "<= \(goal)x limit")
    outcome.take(try Measuring.interleaved(sides, options))
    outcome.isMet = outcome.oursToLimit.map { $0.median <= goal }
    store.close()
    scratch.removeWork()
    return outcome
  }

  private static func ids(_ count: Int, path: String, rows: Int) throws -> [ID<Customer>] {
    let store = try open(path)
    defer { store.close() }
    return try someIDs(count, of: store, rows: rows)
  }

  static let scanStatement = Customer.select("")

  /// All customers, each decoded and let go.
  static func scan(_ store: BackofficeStore) throws -> Int {
    var ages = 0
    try store.read { transaction in
      try transaction.forEach(scanStatement) { row in
        ages += try Customer(row).person.age ?? 0
        return true
      }
    }
    return ages
  }

  func scanCustomers() throws -> Outcome {
    let rows = options.rows
    let base = try fixtures.customers(rows)
    let path = try scratch.copy(base, for: "ours")
    var ages = 0
    let tape = try Tape.record(
      1, open: { try Self.open(path) },
      operation: { store, _ in ages += try Self.scan(store) })
    let limit = try Limit(path, isReader: true)
    try limit.prepare(tape)
    let allocating = try Limit(path, isReader: true)
    allocating.allocateTexts()
    try allocating.prepare(tape)
    let store = try Self.open(path)
    let pool = try GRDBTape.open(path, isFull: false)
    let sides = [
      Side(name: Side.limit) { _ in
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          try limit.run(tape, 0..<1)
        } / Double(rows)
      },
      Side(name: Side.ours) { _ in
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          ages += try Self.scan(store)
        } / Double(rows)
      },
      Side(name: "C, a malloc per text") { _ in
        try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          try allocating.run(tape, 0..<1)
        } / Double(rows)
      },
      Side(name: "GRDB") { _ in
        try pool.read { database in
          try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
            let statement = try database.cachedStatement(sql: Self.scanStatement.sql)
            let customers = try GRDBCustomer.fetchCursor(statement)
            while let customer = try customers.next() { ages += customer.age ?? 0 }
          }
        } / Double(rows)
      },
    ]
    for side in sides { _ = try side.round(0) }
    var outcome = Outcome(
      number: 4, title: "scan of typed customers", conditions: "\(rows) customers, 35 columns",
      unit: "µs a row", fileMiB: Scratch.mebibytes(base), goal: "<= 1.3x limit")
    outcome.take(try Measuring.interleaved(sides, options))
    outcome.isMet = outcome.oursToLimit.map { $0.median <= 1.3 }
    store.close()
    scratch.removeWork()
    return outcome
  }

  func changeStatus() throws -> Outcome {
    let rows = options.rows
    let base = try fixtures.customers(rows, packs: Self.officeWithAnalytics)
    let count = options.operations(2000)
    let total = count * options.rounds + max(10, count / 5)
    let extra = postgres.map { [$0.changingStatus(options.operations(1000))] } ?? []
    return try compare(
      Comparison(
        number: 9, title: "customer status change with history, flows and triggers",
        conditions: "NORMAL, batch 1, \(rows) customers", goal: 1.2, base: base,
        operations: count, packs: Self.officeWithAnalytics),
      extra: extra
    ) { store in
      var seen: Set<ID<Customer>> = []
      let ids = try Self.someIDs(total + total / 2 + 200, of: store, rows: rows)
        .filter { seen.insert($0).inserted }
      return { index in
        try store.customers.changeStatus(of: ids[index], to: .repliedToCustomer)
      }
    }
  }
}

/// Numbers that are the same in each run.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }
}
