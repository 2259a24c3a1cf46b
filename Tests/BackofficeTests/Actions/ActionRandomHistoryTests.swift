import Backoffice
import Testing

@Suite("Actions: random histories")
struct ActionRandomHistoryTests {
  static let statuses = ActionStatus.allCases

  @Test("After 2,000 random operations there are no findings", arguments: [1, 2, 3])
  func random(_ seed: UInt64) throws {
    let office = try Office(seed)
    let random = RandomSource.seeded(seed &* 7919)
    var people: [ID<Assistant>] = []
    for index in 0..<6 {
      people.append(
        try office.assistant(
          "va\(index)", skills: index == 0 ? [.phoneCall] : Set(Office.kinds),
          hours: index == 1 ? .standard : .always, capacity: index + 1
        ).id)
    }
    var actions: [ID<PendingAction>] = []
    var refusals = 0
    for _ in 0..<2000 {
      office.clock.advance(by: .seconds(random.next(below: 900)))
      do {
        try step(office, random, people, &actions)
      } catch is ActionError {
        refusals += 1
      } catch let error as SQLiteError {
        // Raw SQL that the checks of the table refuse.
        guard .constraint ~= error.code else { throw error }
        refusals += 1
      }
    }
    #expect(try office.findings() == [])
    #expect(try office.store.rebuild()["assistants.counters"] == nil)
    #expect(refusals < 1900)
    let figures = try people.map { try office.now($0).statistics.completedCount }
    #expect(figures.reduce(0, +) > 20)
    for person in people {
      #expect(
        try office.now(person).statistics.activeCount == office.store.assistants.load(of: person))
    }
  }

  private func step(
    _ office: Office, _ random: RandomSource, _ people: [ID<Assistant>],
    _ actions: inout [ID<PendingAction>]
  ) throws {
    let store = office.store
    let person = people[random.next(below: people.count)]
    let choice = random.next(below: 24)
    guard choice > 3, let action = actions.isEmpty ? nil : pick(actions, random) else {
      let kind = Office.kinds[random.next(below: Office.kinds.count)]
      actions.append(
        try office.action(
          kind, priority: random.next(below: 5) + 1, assistant: choice == 0 ? person : nil
        ).id)
      return
    }
    switch choice {
    case 4: try store.actions.assignAutomatically(action)
    case 5: try store.actions.assignPending(limit: 5)
    case 6: try store.actions.assign(action, to: person, overriding: true)
    case 7: try store.actions.claim(action, by: person)
    case 8, 9: try store.actions.start(action)
    case 10, 11: try store.actions.complete(action, quality: random.next(below: 5) + 1)
    case 12: try store.actions.complete(action)
    case 13: try store.actions.fail(action, error: "no")
    case 14: try store.actions.fail(action, error: "no", retryAfter: .minutes(5))
    case 15: try store.actions.block(action, reason: "waits")
    case 16: try store.actions.unblock(action)
    case 17: try store.actions.waitForCustomer(action)
    case 18: try store.actions.customerResponded(action, response: "yes")
    case 19: try store.actions.release(action)
    case 20: try store.actions.reopen(action)
    case 21: try store.actions.refuse(action, notes: "again")
    case 22: try raw(office, random, action, person)
    default: try several(office, random, actions, person)
    }
  }

  private func pick(_ actions: [ID<PendingAction>], _ random: RandomSource) -> ID<PendingAction> {
    // Mostly recent ones, which are open.
    actions[max(0, actions.count - 1 - random.next(below: min(actions.count, 25)))]
  }

  /// A transaction whose second part is undone.
  private func several(
    _ office: Office, _ random: RandomSource, _ actions: [ID<PendingAction>],
    _ person: ID<Assistant>
  ) throws {
    struct Undo: Error {}
    try office.store.write { transaction in
      _ = try? transaction.actions.claim(pick(actions, random), by: person)
      do {
        try transaction.savepoint { inner in
          _ = try? inner.actions.complete(pick(actions, random), quality: 1)
          _ = try? inner.actions.release(pick(actions, random))
          throw Undo()
        }
      } catch is Undo {}
    }
  }

  private func raw(
    _ office: Office, _ random: RandomSource, _ action: ID<PendingAction>,
    _ person: ID<Assistant>
  ) throws {
    let status = Self.statuses[random.next(below: Self.statuses.count)]
    let assistant = random.next(below: 3) == 0 ? nil : person
    try office.store.write { transaction in
      if random.next(below: 12) == 0 {
        _ = try transaction.execute(sql: "DELETE FROM pending_actions WHERE id = ?", action)
        return
      }
      _ = try transaction.execute(
        sql: """
          UPDATE pending_actions SET status = ?2, assistant_id = ?3,
            assigned_at = CASE WHEN ?3 IS NOT NULL THEN coalesce(assigned_at, ?4) END,
            started_at = CASE WHEN ?2 = 'in_progress' THEN ?4 ELSE started_at END,
            finished_at = CASE WHEN ?2 IN ('completed', 'failed', 'cancelled') THEN ?4 END
          WHERE id = ?1
          """, action, status, assistant, transaction.now)
    }
  }
}
