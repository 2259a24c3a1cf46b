import Backoffice
import BackofficeAnalytics
import CBackofficeFaultVFS
import Foundation

/// Fails SQLite's allocations one after the other, once each and then all from each on.
///
/// After each: the work succeeded, or ended in an error of memory; the same store works again; the
/// file is sound, and holds the state before or after.
final class MemorySweep {
  let path: String
  /// How many allocations of each stage are tried; all when nil.
  private let points: Int?
  private var problems = 0

  struct NoAllocator: Error {}
  struct Undo: Error {}

  /// A piece of work, and whether opening the store is part of it.
  struct Stage {
    let name: String
    var template: Data?
    var opens = false
    /// Whether the work begins with books that are not in order, and mends them.
    var startsDamaged = false
    let work: (BackofficeStore) throws -> Void
  }

  init(folder: String, points: Int?) throws {
    guard faultvfs_install_allocator() == 0 else { throw NoAllocator() }
    path = folder + "/memory.sqlite"
    self.points = points
  }

  func run() throws {
    let filled = try template()
    let damaged = try template { store in
      _ = try store.write { transaction in
        try transaction.execute(
          sql: "UPDATE batches SET total_items = total_items + 5, pending_items = pending_items + 5"
        )
      }
    }
    for stage in stages(filled, damaged) { try sweep(stage) }
    if problems > 0 { exit(1) }
  }

  // MARK: The file

  /// Where the backup of a stage goes.
  var backup: String { path + ".copy" }

  private func open() throws -> BackofficeStore {
    var configuration = BackofficeStore.Configuration()
    // The work happens two days after its preparation: there is something to sum up.
    let days = opened == 1 ? 0 : 2
    configuration.database.clock =
      ManualClock(Timestamp(microseconds: 1_767_603_600_000_000) + .seconds(days * 86_400)).clock
    // What a disk keeps is not the question here.
    configuration.database.durability = .normal
    configuration.database.random = .seeded(opened)
    configuration.database.statementCacheCapacity = 4
    configuration.extensions = [AnalyticsExtension()]
    return try BackofficeStore(.file(path), configuration: configuration)
  }

  /// Makes the random numbers of the preparation others than those of the work.
  private var opened: UInt64 = 1

  private func template(
    _ further: (BackofficeStore) throws -> Void = { _ in }
  ) throws -> Data {
    try load(nil)
    opened = 1
    let store = try open()
    for index in 0..<4 {
      let customer = try store.customers.create(
        NewCustomer(fullName: "C", email: "c\(index)@example.com"))
      let batch = try store.batches.create(NewBatch(name: "B", customerID: customer.id))
      try store.batches.enqueue((0..<4).map { NewQueueItem(kind: "k \($0)") }, into: batch.id)
    }
    // Two that run, for work on what runs.
    _ = try store.queue.claim(2, worker: "worker", lease: .seconds(400_000))
    try further(store)
    store.close()
    opened = 2
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  private func load(_ bytes: Data?) throws {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
    try? FileManager.default.removeItem(atPath: backup)
    try bytes?.write(to: URL(fileURLWithPath: path))
  }

  private func inspect() -> (problems: String, state: String) {
    var problems: UnsafeMutablePointer<CChar>?
    var state: UnsafeMutablePointer<CChar>?
    _ = unsafe faultvfs_inspect(path, &problems, &state)
    defer {
      unsafe faultvfs_free(problems)
      unsafe faultvfs_free(state)
    }
    return (
      unsafe problems.map { unsafe String(cString: $0) } ?? "",
      unsafe state.map { unsafe String(cString: $0) } ?? ""
    )
  }

  // MARK: Sweeping

  private func sweep(_ stage: Stage) throws {
    try load(stage.template)
    let before = inspect().state
    try load(stage.template)
    let early = stage.opens ? nil : try open()
    faultvfs_fail_allocations(-1, 0)
    let store = try early ?? open()
    try stage.work(store)
    let total = Int(faultvfs_allocations())
    store.close()
    let after = inspect().state
    // A schema that comes step by step has more states than two; its soundness is looked at.
    let states = stage.template == nil ? [] : [before, after]
    let stride = points.map { max(1, (total + $0 - 1) / $0) } ?? 1
    var runs = 0
    var errors = 0
    for persistent in [false, true] {
      // Between those that failed alone, where not all are tried.
      for at in Swift.stride(from: persistent ? stride / 2 : 0, to: total, by: stride) {
        runs += 1
        let what = "\(stage.name), allocation \(at)\(persistent ? " on" : "")"
        // Where a crash happened is the last line of standard error.
        if try attempt(stage, at, persistent, states, what) { errors += 1 }
      }
    }
    print(
      "memory, \(stage.name): \(runs) failures at \(total) allocations, \(errors) ended in an error"
    )
  }

  /// Runs a stage with a failing allocation; answers whether it ended in an error.
  private func attempt(
    _ stage: Stage, _ at: Int, _ persistent: Bool, _ states: [String], _ what: String
  ) throws -> Bool {
    try load(stage.template)
    var store = stage.opens ? nil : try open()
    var failure: (any Error)?
    faultvfs_fail_allocations(Int64(at), persistent ? 1 : 0)
    do {
      let opened = try store ?? open()
      store = opened
      try stage.work(opened)
    } catch {
      failure = error
    }
    let hits = faultvfs_failed_allocations()
    faultvfs_fail_allocations(-1, 0)
    if let failure, !isOutOfMemory(failure) { complain("\(what): \(failure)") }
    if failure != nil, hits == 0 { complain("\(what): an error without a failure") }
    if let store {
      do {
        try probe(store, isInOrder: failure == nil || !stage.startsDamaged)
      } catch {
        complain("\(what), after \(failure.map { "\($0)" } ?? "success"): not well: \(error)")
      }
      store.close()
    }
    let found = inspect()
    if found.problems != "" { complain("\(what): \(found.problems)") }
    if !states.isEmpty, !states.contains(found.state) { complain("\(what): a half state") }
    if !states.isEmpty, failure == nil, found.state != states[1] {
      complain("\(what): it was told that it succeeded, and is not there")
    }
    let reopened = try open()
    let findings = try reopened.check()
    if !findings.isEmpty, failure == nil || !stage.startsDamaged {
      complain("\(what): \(findings)")
    }
    reopened.close()
    if let copy = try? Database.verify(backup), !copy.isEmpty { complain("\(what): \(copy)") }
    return failure != nil
  }

  private func probe(_ store: BackofficeStore, isInOrder: Bool) throws {
    do {
      try store.write { transaction in
        _ = try transaction.customers.create(NewCustomer(fullName: "P", email: "p@example.com"))
        throw Undo()
      }
    } catch is Undo {
      // As meant.
    }
    if try store.customers.find(email: "p@example.com") != nil { complain("a probe stayed") }
    let findings = try store.check()
    if !findings.isEmpty, isInOrder { complain("probe: \(findings)") }
  }

  private func isOutOfMemory(_ error: any Error) -> Bool {
    switch error {
    case let error as SQLiteError:
      // Without memory SQLite's json_valid() says no (3.40), and the CHECK it stands in refuses.
      .outOfMemory ~= error.code || error.code.rawValue == 3082
        || (error.code == .constraintCheck && error.message.contains("json_valid"))
    case MigrationError.statementFailed(_, _, _, _, let reason): isOutOfMemory(reason)
    case let failure as MigrationFailure: isOutOfMemory(failure.cause)
    default: false
    }
  }

  private func complain(_ text: String) {
    problems += 1
    if problems <= 40 { print("problem: \(text)") }
  }
}
