import Backoffice
import ExampleData
import ExampleSupport

/// Assigns actions to assistants and simulates their work.
struct ActionShift {
  struct Counts: Codable {
    var completed = 0
    var failed = 0
  }

  struct Report: Codable {
    var completed = 0
    var failed = 0
    /// Actions without an eligible assistant.
    var left = 0
    var assistants: [String: Counts] = [:]
    /// Why assistants were excluded, and how often.
    var excluded: [String: Int] = [:]
  }

  private let store: BackofficeStore
  private let dice: Dice
  private let anyTime: Bool

  init(_ store: BackofficeStore, dice: Dice, anyTime: Bool) {
    self.store = store
    self.dice = dice
    self.anyTime = anyTime
  }

  /// Runs until no action can be assigned or `limit` actions are completed.
  func run(limit: Int) throws -> Report {
    var report = Report()
    if try store.assistants.list(limit: 1).elements.isEmpty {
      _ = try AssistantImport().run(ByteSource(ExampleData.assistants), into: store)
    }
    while report.completed + report.failed < limit {
      let decisions = try store.actions.assignPending()
      if anyTime { try handOut(decisions) }
      report.excluded = Self.reasons(decisions)
      let done = try doAssigned(limit - report.completed - report.failed, &report)
      if done == 0 { break }
    }
    let counts = try store.actions.counts()
    report.left = counts.reduce(0) { $0 + ($1.key.isFinished ? 0 : $1.value) }
    return report
  }

  /// Assigns actions without an eligible assistant to an assistant who is only outside of working hours.
  private func handOut(_ decisions: [AssignmentDecision]) throws {
    for decision in decisions where decision.chosen == nil {
      let fit = decision.candidates.first { $0.exclusions == [.outsideWorkingHours] }
      guard let fit else { continue }
      try store.actions.assign(
        decision.actionID, to: fit.assistantID, overriding: true, reason: "at any time")
    }
  }

  private static func reasons(_ decisions: [AssignmentDecision]) -> [String: Int] {
    var reasons: [String: Int] = [:]
    for decision in decisions where decision.chosen == nil {
      for exclusion in decision.candidates.flatMap(\.exclusions) {
        reasons[exclusion.explanation, default: 0] += 1
      }
    }
    return reasons
  }

  private func doAssigned(_ limit: Int, _ report: inout Report) throws -> Int {
    var done = 0
    for assistant in try store.assistants.list(limit: 1000).elements {
      let named = store.acting(as: assistant.principal)
      let actions = try store.actions.list(.assigned, of: assistant.id, limit: 1000).elements
      for action in actions where done < limit {
        try named.actions.start(action.id)
        let draw = dice.about("action", action.id.description)
        done += 1
        if draw.chance(4) {
          try named.actions.fail(action.id, error: "the directory did not answer")
          report.failed += 1
          report.assistants[assistant.name, default: Counts()].failed += 1
        } else {
          try named.actions.complete(action.id, quality: draw.number(in: 3...5), notes: "done")
          report.completed += 1
          report.assistants[assistant.name, default: Counts()].completed += 1
        }
      }
    }
    return done
  }
}
