import Backoffice
import BackofficeAnalytics
import CBackofficeFaultVFS
import Foundation

/// Fails SQLite's allocations one after the other, once each and then all from each on.
///
/// Each stage runs once, on files in memory, and forks at every allocation: the child fails it,
/// finishes the work, and judges. The work succeeded, or ended in an error of memory; the same store
/// works again; the file is sound, and holds the state before or after.
final class MemorySweep {
  let office: HeapOffice
  /// How many allocations of each stage are failed, evenly spread; all when nil.
  private let points: Int?
  /// Moves them.
  private let from: Int
  /// The only stage to look at, for reproducing a finding.
  private let only: String?
  private var problems = 0
  /// How many of them a child was born with.
  private var known = 0
  /// How many stages were begun: what one may leave is not what another may.
  private var kinds = 0
  /// How many children live at once, at most.
  private static let children: Int32 = 4

  struct NoAllocator: Error {}
  struct NotAlone: Error { let threads: Int }
  init(folder: String, points: Int?, from: Int, only: String?) throws {
    guard faultvfs_install_allocator() == 0, faultvfs_heap_register() == 0 else {
      throw NoAllocator()
    }
    office = HeapOffice(path: folder + "/memory.sqlite")
    self.points = points
    self.from = from
    self.only = only
  }

  func run() throws {
    let start = ContinuousClock.now
    var failures = 0
    for stage in try Stage.all(office) where only == nil || only == stage.name {
      kinds += 1
      failures += try sweep(stage)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
      "memory, all: \(failures) failures of \(kinds) kinds of work, \(faultvfs_verdicts()) "
        + "different files, \(Int(seconds)) s"
        + (points.map { "; \($0) allocations of each kind, moved by \(from)" } ?? ""))
    if problems > 0 { exit(1) }
  }

  // MARK: Sweeping

  /// What a stage may leave: the state before, or after; anything sound when empty.
  private struct Expected {
    var states: [String] = []

    static let before: Int32 = 1
    static let after: Int32 = 2
    static let other: Int32 = 3
  }

  private func sweep(_ stage: Stage) throws -> Int {
    office.load(stage.template)
    let before = office.inspect().state
    faultvfs_fail_allocations(-1, 0)
    let store = try office.open()
    if !stage.opens { faultvfs_fail_allocations(-1, 0) }
    try stage.work(store)
    let total = Int(faultvfs_allocations())
    let every = points.map { max(1, (total + $0 - 1) / max(1, $0)) } ?? 1
    store.close()
    var expected = Expected()
    // A schema that comes step by step has more states than two; its soundness is looked at.
    if stage.template != nil { expected.states = [before, office.inspect().state] }

    office.load(stage.template)
    var open = stage.opens ? nil : try office.open()
    let threads = faultvfs_thread_count()
    guard threads <= 1 else { throw NotAlone(threads: Int(threads)) }
    let start = ContinuousClock.now
    faultvfs_fork_allocations(Int64(every), Int64(from), Self.children)
    var failure: (any Error)?
    do {
      if open == nil { open = try office.open() }
      if let open { try stage.work(open) }
    } catch {
      failure = error
    }
    var at: Int64 = 0
    var isPersistent: Int32 = 0
    if unsafe faultvfs_is_child(&at, &isPersistent) != 0 {
      let what = "\(stage.name), allocation \(at)\(isPersistent == 0 ? "" : " on")"
      faultvfs_leave(judge(stage, open, failure, expected, what))
    }
    let report = faultvfs_fork_end()
    open?.close()
    if let failure { complain("\(stage.name): \(failure)") }
    problems += Int(report.problems)
    let failures = Int(report.failures.0 + report.failures.1)
    let milliseconds = Int((ContinuousClock.now - start) / .milliseconds(1))
    print(
      "memory, \(stage.name): \(report.allocations) allocations, \(report.failures.0) "
        + "failed once, \(report.failures.1) persistently, \(report.errors) ended in an "
        + "error, \(report.problems) problems, \(report.crashes) crashes, \(milliseconds) ms")
    return failures
  }

  // MARK: What a child does

  /// Looks at what a failing allocation has led to, and answers how the child shall end.
  private func judge(
    _ stage: Stage, _ store: BackofficeStore?, _ failure: (any Error)?, _ expected: Expected,
    _ what: String
  ) -> Int32 {
    faultvfs_fail_allocations(-1, 0)
    known = problems
    do {
      if let failure, !isOutOfMemory(failure) { complain("\(what): \(failure)") }
      let isNew = judgeState(failure, expected, what)
      if let store {
        do {
          try probe(stage, store, failed: failure != nil, checking: isNew)
        } catch {
          let end = failure.map { "\($0)" } ?? "success"
          complain("\(what), after \(end): not well: \(error)")
        }
        store.close()
      }
      try judgeClosed(stage, store == nil ? failure : nil, what)
    } catch {
      complain("\(what): cannot be opened again: \(error)")
    }
    if problems > known { return Int32(FAULTVFS_CHILD_COMPLAINED) }
    return Int32(failure == nil ? FAULTVFS_CHILD_SUCCEEDED : FAULTVFS_CHILD_REFUSED)
  }

  /// Whether the file is sound, and holds one of the states that it may.
  ///
  /// Files of the same bytes are looked at once; answers whether these were new.
  private func judgeState(_ failure: (any Error)?, _ expected: Expected, _ what: String) -> Bool {
    let digest = office.digest(UInt64(2 * kinds))
    var verdict = faultvfs_verdict(digest)
    let isNew = verdict == 0
    if isNew {
      let found = office.inspect()
      verdict = Expected.other
      if found.problems != "" {
        complain("\(what): \(found.problems)")
      } else if let index = expected.states.lastIndex(of: found.state) {
        // Work that only reads leaves the same state as before.
        verdict = index == 0 ? Expected.before : Expected.after
      }
      if problems == known { faultvfs_note_verdict(digest, verdict) }
    }
    if !expected.states.isEmpty {
      if verdict == Expected.other { complain("\(what): a half state") }
      if failure == nil, verdict == Expected.before {
        complain("\(what): it was told that it succeeded, and is not there")
      }
    }
    return isNew
  }

  /// Whether the store that met the failure is well.
  ///
  /// It does a write that is undone, a read, and the work itself, which must succeed this time.
  private func probe(
    _ stage: Stage, _ store: BackofficeStore, failed: Bool, checking: Bool
  ) throws {
    do {
      try store.write { transaction in
        _ = try transaction.customers.create(NewCustomer(fullName: "P", email: "p@example.com"))
        throw Stage.Undo()
      }
    } catch is Stage.Undo {
      // As meant.
    }
    if try store.customers.find(email: "p@example.com") != nil { complain("a probe stayed") }
    // An older schema is not what the checks know.
    if checking, failed || !stage.leavesOldSchema {
      let findings = try store.check()
      if !findings.isEmpty, !failed || !stage.startsDamaged { complain("probe: \(findings)") }
    }
    guard failed else { return }
    office.removeBackup()
    try stage.work(store)
  }

  /// Whether the file that is left opens again, and its own checks find nothing.
  ///
  /// Files of the same bytes are looked at once.
  private func judgeClosed(_ stage: Stage, _ failure: (any Error)?, _ what: String) throws {
    let digest = office.digest(UInt64(2 * kinds + 1))
    guard faultvfs_verdict(digest) == 0 else { return }
    let copy = try office.verifyBackup()
    if !copy.isEmpty { complain("\(what): the copy: \(copy)") }
    let reopened = try office.open()
    let findings = try reopened.check()
    if !findings.isEmpty, failure == nil || !stage.startsDamaged {
      complain("\(what): \(findings)")
    }
    reopened.close()
    let found = office.inspect()
    if found.problems != "" { complain("\(what), opened again: \(found.problems)") }
    if problems == known { faultvfs_note_verdict(digest, Expected.other) }
  }

  private func isOutOfMemory(_ error: any Error) -> Bool {
    switch error {
    case let error as SQLiteError:
      // Without memory SQLite's json_valid() says no (3.40), and the CHECK it stands in refuses.
      .outOfMemory ~= error.code || error.code.rawValue == 3082
        || (error.code == .constraintCheck && error.message.contains("json_valid"))
    // Without memory some of its functions answer NULL, which the migrator does not take for a name.
    case let error as RowDecodingError: error.found == .null
    case MigrationError.statementFailed(_, _, _, _, let reason): isOutOfMemory(reason)
    case let failure as MigrationFailure: isOutOfMemory(failure.cause)
    // SQLite's own check says so in its findings rather than by an error.
    case StorageError.verificationFailed(_, let findings):
      findings.contains { $0.contains("error code=7") }
    default: false
    }
  }

  private func complain(_ text: String) {
    problems += 1
    if problems <= 3 { print("problem: \(text)") }
  }
}
