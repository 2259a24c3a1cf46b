import Backoffice
import BackofficeStorage
import CLimit
import Foundation

extension Bench {
  func openFiles() throws -> [Outcome] {
    let base = try fixtures.empty()
    let path = try scratch.copy(base, for: "ours")
    let count = 20
    func outcome(_ title: String, _ goal: Double, _ body: () throws -> Void) throws -> Outcome {
      var times: [Double] = []
      try body()
      for _ in 0..<count { times.append(try Measuring.nanoseconds(body) / 1_000_000) }
      var outcome = Outcome(
        number: 13, title: title, conditions: "FULL, \(count) times", unit: "ms",
        goal: "<= \(Report.number(goal)) ms")
      outcome.figures[Side.ours] = Spread(times)
      outcome.isMet = Spread(times).median <= goal
      return outcome
    }
    let opening = try outcome("open an up-to-date file", 5) {
      try BackofficeStore(.file(path)).close()
    }
    let fresh = scratch.path("work-new")
    let creating = try outcome("create a file with the whole schema", 60) {
      Scratch.remove(fresh)
      try BackofficeStore(.file(fresh)).close()
    }
    scratch.removeWork()
    var configuration = BackofficeStore.Configuration()
    configuration.database.template = try DatabaseTemplate(
      copying: BackofficeStore(.memory).database)
    let copying = try outcome("a store in memory, copied from a template", 1) {
      try BackofficeStore(.memory, configuration: configuration).close()
    }
    return [opening, creating, copying]
  }

  /// The same operations in front of more and more rows.
  func growth() throws -> [Outcome] {
    var sizes: [Int] = []
    var size = options.isQuick ? 1000 : 10_000
    while size <= options.growth {
      sizes.append(size)
      size *= 10
    }
    let item = try Self.newItem()
    var operations: [(String, BackofficeStore, Int, (Int) throws -> Void)] = []
    var files: [Double] = []
    let count = options.operations(500)
    var stores: [BackofficeStore] = []
    // All files first: making a large one drives the others out of the system's page cache.
    let bases = try sizes.map { try fixtures.office($0) }
    for (size, base) in zip(sizes, bases) {
      files.append(Scratch.mebibytes(base))
      let store = try Self.open(
        // Files of 20 GB are used up: there may be no room for two.
        size > 1_000_000
          ? scratch.move(base, for: "growth-\(size)") : scratch.copy(base, for: "growth-\(size)"),
        packs: Self.officeWithAnalytics)
      stores.append(store)
      var seen: Set<ID<Customer>> = []
      let wanted = min(size / 2, count * (options.rounds + 2))
      let ids = try Self.someIDs(wanted * 2, of: store, rows: size)
        .filter { seen.insert($0).inserted }
      var next = 0
      operations.append(
        ("2 find", store, size, { try _ = store.customers.find(ids[$0 % ids.count]) }))
      operations.append(("5 enqueue", store, size, { _ in try store.queue.enqueue(item) }))
      operations.append(
        (
          "6 claim and complete", store, size,
          { _ in
            for claimed in try store.queue.claim(worker: "worker 1") {
              try store.queue.complete(claimed.lease)
            }
          }
        ))
      operations.append(
        (
          "9 change of status", store, size,
          { _ in
            guard next < ids.count else { return }
            try store.customers.changeStatus(of: ids[next], to: .repliedToCustomer)
            next += 1
          }
        ))
    }
    var figures: [String: [Int: [Double]]] = [:]
    for round in 0...options.rounds {
      for (name, _, size, operation) in operations {
        let time = try Measuring.nanoseconds(ofProcessor: options.usesProcessorTime) {
          for index in 0..<count { try operation(round * count + index) }
        }
        if round > 0 {
          figures[name, default: [:]][size, default: []].append(time / 1000 / Double(count))
        }
      }
    }
    let outcomes = figures.sorted { $0.key < $1.key }.map { name, bySize in
      var outcome = Outcome(
        number: 14, title: "growth: \(name)",
        conditions: "NORMAL; \(sizes.map(String.init).joined(separator: ", ")) rows", unit: "µs",
        fileMiB: files.last, goal: "<= 2x from 10^5 rows on")
      for (size, values) in bySize { outcome.figures["\(size) rows"] = Spread(values) }
      if let last = sizes.last, let values = bySize[last] {
        outcome.figures[Side.ours] = Spread(values)
        let from = sizes.contains(100_000) && last > 100_000 ? 100_000 : sizes[0]
        let growth = Spread(values).median / Spread(bySize[from] ?? []).median
        outcome.isMet = growth <= 2
        outcome.notes.append("\(name): \(Report.number(growth))x from \(from) to \(last) rows")
      }
      return outcome
    }
    for store in stores { store.close() }
    scratch.removeWork()
    return outcomes
  }

  /// What a scan adds to the memory of a process that does nothing else.
  func memory() throws -> Outcome {
    let rows = options.isQuick ? options.rows : 1_000_000
    let base = try fixtures.customers(rows)
    let path = try scratch.copy(base, for: "ours")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["--measure-memory", path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard let kibibytes = Double(String(decoding: data, as: UTF8.self).filter(\.isNumber)) else {
      throw Options.Failure(description: "the memory of a scan could not be measured")
    }
    var outcome = Outcome(
      number: 15, title: "memory: scan of \(rows) customers",
      conditions: "page cache 8 MiB", unit: "MiB of peak growth",
      fileMiB: Scratch.mebibytes(base), goal: "<= 20 MiB")
    outcome.figures[Side.ours] = Spread([kibibytes / 1024])
    outcome.isMet = kibibytes / 1024 <= 20
    scratch.removeWork()
    return outcome
  }

  /// Runs in a process of its own: prints by how many KiB a scan raised the peak.
  static func measureMemory(_ path: String) throws {
    let store = try open(path)
    _ = try store.customers.list(limit: 1)
    climit_reset_peak()
    let before = climit_resident_kib()
    _ = try scan(store)
    print(max(0, climit_peak_kib() - before))
  }
}
