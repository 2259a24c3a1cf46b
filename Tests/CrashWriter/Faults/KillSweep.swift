import Backoffice
import CBackofficeFaultVFS
import Foundation

/// Kills a process before each change that it makes to its files, one after the other.
///
/// Each stage runs in a child that ends by SIGKILL exactly there. What it leaves is sound, holds the
/// state before or after, holds what was acknowledged, opens again, and its own checks find nothing.
final class KillSweep {
  private let office: DiskOffice
  private let every: Int
  private let from: Int
  private let only: String?
  private var problems = 0

  init(folder: String, every: Int, from: Int, only: String?) throws {
    let folder = folder + "/kill"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    office = try DiskOffice(path: folder + "/office.sqlite")
    self.every = max(1, every)
    self.from = from
    self.only = only
  }

  func run() throws {
    let start = ContinuousClock.now
    var kills = 0
    for stage in try Stage.all(office) where only == nil || only == stage.name {
      kills += try sweep(stage)
    }
    print("kills, all: \(kills), \(Int((ContinuousClock.now - start) / .seconds(1))) s")
    if problems > 0 { exit(1) }
  }

  private func sweep(_ stage: Stage) throws -> Int {
    office.load(stage.template)
    let before = office.inspect().state
    office.load(stage.template)
    try live(stage, from: { office.count() }, acknowledged: {})
    let total = office.operations
    let after = office.inspect().state
    // A schema that comes step by step has more states than two; its soundness is looked at.
    let states = stage.template == nil ? [] : [before, after]
    var kills = 0
    var kept = 0
    for operation in Swift.stride(from: from % every, to: total, by: every) {
      let isAcknowledged = try kill(stage, before: operation)
      kills += 1
      if isAcknowledged { kept += 1 }
      try judge(stage, states, isAcknowledged, "\(stage.name), killed before change \(operation)")
    }
    print("kills, \(stage.name): \(kills) at \(total) changes of files, \(kept) after the commit")
    return kills
  }

  /// Opens, works, and closes; `from` is called where the changes count from.
  private func live(
    _ stage: Stage, from: () -> Void, acknowledged: () -> Void
  ) throws {
    let early = stage.opens ? nil : try office.open()
    from()
    let store = try early ?? office.open()
    try stage.work(store)
    acknowledged()
    store.close()
  }

  /// Kills a child before a change; answers whether its work had returned.
  private func kill(_ stage: Stage, before operation: Int) throws -> Bool {
    office.load(stage.template)
    let life: UInt64 = 1
    faultvfs_note_verdict(life, 0)
    let status = faultvfs_fork_child()
    if status == FAULTVFS_IN_CHILD {
      do {
        try live(
          stage, from: { office.dieBefore(operation) },
          acknowledged: { faultvfs_note_verdict(life, 1) })
      } catch {
        print("problem: \(stage.name), before change \(operation): \(error)")
      }
      // It should not have come that far.
      faultvfs_leave(Int32(FAULTVFS_CHILD_COMPLAINED))
    }
    if status != SIGKILL { complain("\(stage.name), change \(operation): it lived: \(status)") }
    return faultvfs_verdict(life) == 1
  }

  private func judge(
    _ stage: Stage, _ states: [String], _ isAcknowledged: Bool, _ what: String
  ) throws {
    // First as SQLite alone finds it, with the shared memory that was left.
    let found = office.inspect()
    if found.problems != "" { complain("\(what): \(found.problems)") }
    if !states.isEmpty {
      if !states.contains(found.state) { complain("\(what): a half state") }
      if isAcknowledged, found.state != states[1] {
        complain("\(what): it was acknowledged, and is not there")
      }
    }
    if FileManager.default.fileExists(atPath: office.backup) {
      let findings = try Database.verify(office.backup)
      if !findings.isEmpty { complain("\(what): the copy: \(findings)") }
    } else if isAcknowledged, stage.name == "back up" {
      complain("\(what): the copy is gone")
    }
    do {
      let store = try office.open()
      let findings = try store.check()
      if !findings.isEmpty, !stage.startsDamaged || found.state != states.first {
        complain("\(what): \(findings)")
      }
      store.close()
    } catch {
      complain("\(what): cannot be opened again: \(error)")
    }
  }

  private func complain(_ text: String) {
    problems += 1
    if problems <= 40 { print("problem: \(text)") }
  }
}
