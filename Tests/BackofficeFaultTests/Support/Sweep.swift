import BackofficeMigrations
import Foundation
import Testing

/// Puts a scenario under every fault, and looks at the file after each.
final class Sweep {
  let scenario: Scenario
  let place: Workplace
  /// The files that the work begins with.
  let template: [String: Data]
  /// What the file holds before the work, and after each of its commits.
  private(set) var states: [String] = []
  private(set) var report = SweepReport()

  init(_ scenario: Scenario) throws {
    self.scenario = scenario
    place = try Workplace()
    try scenario.prepare(place)
    template = try place.contents()
    place.isPreparing = false
    try rehearse()
  }

  /// Runs the work on a disk that does not fail, and notes each state that it leaves behind.
  private func rehearse() throws {
    try place.load(template)
    states = [Inspection(place.path).state]
    place.onAcknowledge = { [unowned self] in states.append(Inspection(place.path).state) }
    defer { place.onAcknowledge = {} }
    place.startOver()
    let subject = try scenario.open(place)
    try scenario.work(subject, place)
    subject.close()
    let end = Inspection(place.path)
    try #require(end.problems == "", "\(scenario.name): \(end.problems)")
    // Closing moves the log into the file, and nothing else.
    try #require(end.state == states.last, "\(scenario.name) changes more than it acknowledges")
    try #require(place.files.openFiles == 0)
  }

  /// Fails operations one after the other: once each, and then all from each on.
  ///
  /// - Parameter points: how many operations of each kind are tried, evenly spread; all when nil.
  func run(_ kinds: [Fault.Kind] = [.ioError, .diskFull], points: Int?) throws {
    for kind in kinds {
      let operations = try countOperations(kind)
      report.operations[kind, default: 0] += operations
      for isPersistent in [false, true] {
        for operation in sample(operations, points, eachKind: !isPersistent) {
          try inject(Fault(kind: kind, operation: operation, isPersistent: isPersistent))
        }
      }
    }
  }

  /// Which operations are tried: evenly spread ones, others on every run, and where it is asked for
  /// one of each kind of operation (open, read, write, sync, lock, …).
  private func sample(_ count: Int, _ points: Int?, eachKind: Bool) -> [Int] {
    guard let points else { return Array(0..<count) }
    let stride = max(1, (count + points - 1) / points)
    // What is found names its operation.
    var chosen = Set(Swift.stride(from: Int.random(in: 0..<stride), to: count, by: stride))
    if eachKind {
      let kinds = Dictionary(grouping: 0..<count) { place.files.kind(of: $0) }
      chosen.formUnion(kinds.values.compactMap { $0.randomElement() })
    }
    return chosen.sorted()
  }

  private func countOperations(_ kind: Fault.Kind) throws -> Int {
    try place.load(template)
    let early = scenario.opensUnderFault ? nil : try scenario.open(place)
    place.files.count(kind)
    let subject = try early ?? scenario.open(place)
    try scenario.work(subject, place)
    subject.close()
    return place.files.operations
  }

  private func inject(_ fault: Fault) throws {
    let files = place.files
    try place.load(template)
    var subject = scenario.opensUnderFault ? nil : try scenario.open(place)
    place.startOver()
    files.arm(fault)
    var failure: (any Error)?
    do {
      let open = try subject ?? scenario.open(place)
      subject = open
      try scenario.work(open, place)
    } catch {
      failure = error
    }
    let acknowledged = place.acknowledged
    let what = "\(scenario.name), \(fault) (\(files.failedOperation))"
    // The disk is well again: the same store must be, too. Every other time it is closed first.
    if files.failedOperations > 0, !fault.isPersistent || fault.operation.isMultiple(of: 2) {
      files.disarm()
      do {
        try subject?.probe()
      } catch {
        Issue.record("\(what), after \(Self.described(failure)): the store is not well: \(error)")
      }
    }
    subject?.close()
    subject = nil
    files.disarm()
    #expect(files.openFiles == 0, "\(what), after \(Self.described(failure)): a file is open")
    report.note(fault, failure, hits: files.failedOperations)
    judge(failure, acknowledged: acknowledged, what)
    checkReopened(what, acknowledged: acknowledged, isMended: failure == nil)
  }

  /// Whether the file holds what it held before the commit that failed, or after it.
  private func judge(_ failure: (any Error)?, acknowledged: Int, _ what: String) {
    if let failure, !Self.isExpected(failure) {
      Issue.record("\(what): an error that misleads: \(failure)")
    }
    let found = Inspection(place.path)
    #expect(found.problems == "", "\(what)")
    if found.state == states[acknowledged] { return }
    if failure != nil, acknowledged + 1 < states.count, found.state == states[acknowledged + 1] {
      // SQLite could not say whether it had committed, and it had.
      report.ambiguous += 1
      return
    }
    let differences = states[acknowledged...].prefix(2).map {
      Inspection.difference(found.state, from: $0)
    }
    Issue.record(
      """
      \(what): after \(Self.described(failure)) the file holds neither what commit \(acknowledged) \
      left nor what the next one would have: \(differences.joined(separator: "; or "))
      """)
  }

  /// Whether the file opens again, and its own checks find nothing.
  private func checkReopened(_ what: String, acknowledged: Int, isMended: Bool) {
    do {
      let subject = try scenario.open(place)
      var findings = try subject.findings()
      if scenario.startsDamaged, !isMended { findings = [] }
      findings += try scenario.findings(place, acknowledged)
      #expect(findings == [], "\(what)")
      subject.close()
    } catch {
      Issue.record("\(what): cannot be opened again: \(error)")
    }
  }

  static func described(_ failure: (any Error)?) -> String { failure.map { "\($0)" } ?? "success" }

  /// Whether an error says what a failing disk is: an I/O error, a full disk, or a file that cannot
  /// be opened.
  static func isExpected(_ error: any Error) -> Bool {
    switch error {
    case let error as SQLiteError:
      [.ioError, .full, .cannotOpen].contains(error.code.primary)
    case MigrationError.statementFailed(_, _, _, _, let reason): isExpected(reason)
    case let failure as MigrationFailure: isExpected(failure.cause)
    case StorageError.cannotOpen: true
    // Of a backup that could not be read back.
    case StorageError.verificationFailed(_, let findings):
      findings.contains { $0.contains("error code=266") }
    default: false
    }
  }
}

/// What a sweep has done, in numbers.
struct SweepReport {
  var operations: [Fault.Kind: Int] = [:]
  private(set) var injected: [Fault.Kind: Int] = [:]
  private(set) var hits = 0
  /// Faults that ended in an error for the caller.
  private(set) var errors = 0
  /// Errors of a commit that was there nevertheless.
  var ambiguous = 0

  mutating func note(_ fault: Fault, _ failure: (any Error)?, hits: Int) {
    injected[fault.kind, default: 0] += 1
    self.hits += hits
    if failure != nil { errors += 1 }
  }

  var summary: String {
    let parts = [Fault.Kind.ioError, .diskFull].filter { injected[$0] != nil }.map { kind in
      "\(kind.rawValue): \(injected[kind] ?? 0) faults at \(operations[kind] ?? 0) operations"
    }
    return parts.joined(separator: ", ")
      + "; \(errors) ended in an error, \(ambiguous) of them after the commit"
  }
}

/// How much the fault tests do.
enum Effort {
  /// Whether every operation is failed, rather than some of a long scenario.
  static let isFull = ProcessInfo.processInfo.environment["BACKOFFICE_FAULTS"] == "full"

  /// By what a sanitizer slows the processes down; waits are longer, and work is less.
  static let slowness = max(
    1, ProcessInfo.processInfo.environment["BACKOFFICE_SLOWNESS"].flatMap { Int($0) } ?? 1)

  /// How many operations of a scenario are tried in each mode.
  static func points(_ usual: Int) -> Int? { isFull ? nil : usual }

  /// How often something is done: as usual, or as often as the whole proof asks for.
  static func times(_ usual: Int, full: Int) -> Int { isFull ? full : usual }
}
