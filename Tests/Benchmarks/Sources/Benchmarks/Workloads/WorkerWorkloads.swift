import Backoffice
import Foundation
import Synchronization

extension Bench {
  /// Items through the whole worker: claimed, handed to an empty handler, acknowledged.
  func workerThroughput(isFull: Bool) throws -> Outcome {
    let count = options.operations(10_000)
    let base = try emptyQueue()
    let own = [(Side.ours, 100, 8), ("nothing ahead", 0, 8), ("one at a time", 0, 1)].map {
      name, prefetch, concurrency in
      Side(name: name) { _ in
        let store = try Self.open(scratch.copy(base, for: "worker"), isFull: isFull)
        defer { store.close() }
        let item = try Self.newItem()
        for _ in 0..<(count / 1000) {
          try store.queue.enqueue(Array(repeating: item, count: 1000))
        }
        let runner = WorkerRunner(expecting: count)
        let worker = try runner.worker(store) { configuration in
          configuration.prefetch = prefetch
          configuration.concurrency = concurrency
        }
        let time = Measuring.nanoseconds {
          runner.start(worker)
          runner.waitForAll()
        }
        try runner.stop(worker)
        return time / Double(count)
      }
    }
    let peers = QueuePeers()
    var answers: [String: QueuePeers.Answer] = [:]
    let others = peers.installed.map { name in
      Side(name: name) { _ in
        let answer = try peers.measure(
          name, count: options.operations(2000), isFull: isFull, in: scratch.folder)
        answers[name] = answer
        return answer.take
      }
    }
    let sides = own + others
    var outcome = Outcome(
      number: 17,
      title: "items through a worker with empty handlers, \(isFull ? "FULL" : "NORMAL")",
      conditions: "\(isFull ? "FULL" : "NORMAL"), \(count) waiting, 8 handlers, 100 ahead",
      unit: "µs", goal: "none; published: goqite 54 on an M3 Ultra")
    outcome.take(try Measuring.interleaved(sides, options))
    outcome.peersToOurs = outcome.peersToOurs.filter { peers.installed.contains($0.key) }
    if let ours = outcome.figures[Side.ours] {
      outcome.notes.append("\(Int(1_000_000 / max(ours.median, 0.001))) items a second")
    }
    for name in peers.installed {
      guard let answer = answers[name] else { continue }
      outcome.notes.append(
        "\(answer.settings), one thread, take and finish one at a time; to put, last round: "
          + "\(Int(answer.put / 1000)) µs")
    }
    if peers.installed.contains("huey") {
      outcome.notes.append(
        "huey takes without an acknowledgement: what it holds at a crash is lost")
    }
    if let missing = peers.missing { outcome.notes.append(missing) }
    scratch.removeWork()
    return outcome
  }

  private func emptyQueue() throws -> String {
    try fixtures.file("queue-empty") { path in try Self.open(path).close() }
  }

  /// From the call that enqueues to the begin of the handler, in an idle worker.
  func workerLatency(abroad: Bool) throws -> Outcome {
    let count = options.operations(500)
    let path = try scratch.copy(emptyQueue(), for: "latency")
    let store = try Self.open(path, isFull: true)
    defer {
      store.close()
      scratch.removeWork()
    }
    let item = try Self.newItem()
    var figures: [Double] = []
    func measure(_ next: () throws -> Int64) throws {
      for turn in 0..<count + 20 {
        let start = StoreClock.system.now().microseconds
        try store.queue.enqueue(item)
        let begun = try next()
        if turn >= 20 { figures.append(Double(begun - start)) }
        // Until the worker has written its answer, and waits again.
        usleep(5000)
      }
    }
    if abroad {
      let process = Process()
      let (output, input) = (Pipe(), Pipe())
      process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
      process.arguments = ["--serve-worker", path]
      (process.standardOutput, process.standardInput) = (output, input)
      try process.run()
      var lines = LineReader(output.fileHandleForReading)
      _ = lines.next()
      usleep(100_000)
      try measure { Int64(lines.next() ?? "") ?? 0 }
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
    } else {
      let runner = WorkerRunner(expecting: .max)
      let worker = try runner.worker(store) { _ in }
      runner.start(worker)
      usleep(100_000)
      try measure { runner.waitForNext() }
      try runner.stop(worker)
    }
    figures.sort()
    var outcome = Outcome(
      number: 18,
      title: "from enqueue to the handler, \(abroad ? "another process" : "same process")",
      conditions: "FULL, one at a time, idle worker, \(count) items", unit: "µs",
      goal: abroad ? "<= 50,000" : "none")
    outcome.figures[Side.ours] = Spread(figures)
    let p99 = figures[figures.count * 99 / 100]
    if abroad { outcome.isMet = p99 <= 50_000 }
    outcome.notes.append(
      "median \(Int(figures[figures.count / 2])), 99th percentile \(Int(p99))")
    return outcome
  }

  /// A worker in a process of its own; says when each handler begins.
  static func serveWorker(_ path: String) throws {
    let store = try open(path, isFull: true)
    let runner = WorkerRunner(expecting: .max) { begun in
      FileHandle.standardOutput.write(Data("\(begun)\n".utf8))
    }
    let worker = try runner.worker(store) { _ in }
    runner.start(worker)
    FileHandle.standardOutput.write(Data("ready\n".utf8))
    while !FileHandle.standardInput.availableData.isEmpty {}
    try runner.stop(worker)
    store.close()
  }
}

/// Runs a worker beside code that is not asynchronous.
private final class WorkerRunner: Sendable {
  private let expected: Int
  private let ran = Atomic<Int>(0)
  private let last = Atomic<Int64>(0)
  private let all = DispatchSemaphore(value: 0)
  private let next = DispatchSemaphore(value: 0)
  private let over = DispatchSemaphore(value: 0)
  private let failures = Failures()
  private let onBegin: (@Sendable (Int64) -> Void)?

  init(expecting expected: Int, onBegin: (@Sendable (Int64) -> Void)? = nil) {
    self.expected = expected
    self.onBegin = onBegin
  }

  func worker(
    _ store: BackofficeStore, _ shape: (inout Worker.Configuration) -> Void
  ) throws -> Worker {
    var handlers = JobHandlers()
    handlers.onOtherKinds { [self] _ in
      if expected == .max {
        let now = StoreClock.system.now().microseconds
        last.store(now, ordering: .releasing)
        onBegin?(now)
        next.signal()
      }
      return nil
    }
    var configuration = Worker.Configuration(name: "benchmark")
    if expected < .max {
      configuration.onEvent = { [self] event in
        guard case .ended = event else { return }
        if ran.wrappingAdd(1, ordering: .relaxed).newValue == expected { all.signal() }
      }
    }
    shape(&configuration)
    return try Worker(store, configuration: configuration, handlers: handlers)
  }

  func start(_ worker: Worker) {
    Task.detached { [self] in
      do {
        try await worker.run()
      } catch {
        failures.add(error)
      }
      over.signal()
    }
  }

  func waitForAll() { all.wait() }

  func waitForNext() -> Int64 {
    next.wait()
    return last.load(ordering: .acquiring)
  }

  func stop(_ worker: Worker) throws {
    worker.shutdown()
    over.wait()
    if let error = failures.first { throw error }
  }
}

/// The lines of a pipe.
private struct LineReader {
  private let handle: FileHandle
  private var rest = Data()

  init(_ handle: FileHandle) { self.handle = handle }

  mutating func next() -> String? {
    while true {
      if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        defer { rest = Data(rest[rest.index(after: end)...]) }
        return String(decoding: rest[..<end], as: UTF8.self)
      }
      let more = handle.availableData
      if more.isEmpty { return nil }
      rest += more
    }
  }
}
