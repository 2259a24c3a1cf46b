import Testing

@testable import BackofficeQueue

@Suite("Unique keys in every set of statuses")
struct UniqueStateTests {
  @Test("13.2 every move in every set of statuses answers as its table says", arguments: 0..<16)
  func moves(group: Int) throws {
    for bits in group * 16..<group * 16 + 16 {
      let states = UniqueStates(rawValue: Int64(bits))
      let fixture = try QueueFixture()
      for move in UniqueMove.all {
        do {
          try check(move, states, fixture)
        } catch {
          Issue.record(error, "\(move.name) with the states \(bits)")
        }
      }
      let findings = try fixture.store.check()
      #expect(findings.isEmpty, "with the states \(bits): \(findings)")
    }
  }

  private func check(
    _ move: UniqueMove, _ states: UniqueStates, _ fixture: QueueFixture
  ) throws {
    let rule = UniqueRule(states: states)
    let (before, after) = (
      states.contains(UniqueStates(move.from)), states.contains(UniqueStates(move.to))
    )
    let words: Comment = "\(move.name) with the states \(states.rawValue)"
    let state = try fixture.bring(move.name, to: move.from, rule: rule, key: before ? "k" : "own")
    try move.prepare(fixture, state)
    #expect(try fixture.item(state.id).status == move.from, words)
    #expect(try isHeld(state.id, fixture) == before, words)
    guard !before else {
      try move.act(fixture, state)
      #expect(try fixture.item(state.id).status == move.to, words)
      #expect(try isHeld(state.id, fixture) == after, words)
      return
    }
    var other = NewQueueItem(kind: move.name)
    other.uniqueKey = "k"
    other.uniqueness = UniqueRule(states: .always)
    other.dueAt = fixture.clock.now + .days(1)
    let holder = try fixture.queue.enqueue(other).id
    try fixture.sql(
      "UPDATE queue_items SET unique_key = 'k' WHERE unique_key = 'own' AND kind = '\(move.name)'")
    guard after else {
      try move.act(fixture, state)
      #expect(try fixture.item(state.id).status == move.to, words)
      return
    }
    try conflict(move, state, holder, fixture, words)
  }

  private func conflict(
    _ move: UniqueMove, _ state: UniqueMoveState, _ holder: ID<QueueItem>,
    _ fixture: QueueFixture, _ words: Comment
  ) throws {
    if move.conflict == .refused {
      #expect(throws: QueueError.duplicate(item: state.id, of: holder), words) {
        try move.act(fixture, state)
      }
    } else {
      try move.act(fixture, state)
    }
    let item = try fixture.item(state.id)
    #expect(try !isHeld(state.id, fixture) && isHeld(holder, fixture), words)
    switch move.conflict {
    case .refused, .leftOut: #expect(item.status == move.from, words)
    case .givesWay: #expect(item.status == move.to, words)
    case .superseded:
      #expect(item.status == .cancelled && item.errorCode == WorkQueue.superseded, words)
    case .held:
      #expect(item.status == move.from && item.heldBy == .unique, words)
      // When the other item is gone, this one runs.
      try fixture.queue.delete(holder)
      #expect(try fixture.queue.claim(kinds: [move.name], worker: "w").first?.item.id == state.id)
      #expect(try isHeld(state.id, fixture), words)
    }
  }

  private func isHeld(_ id: ID<QueueItem>, _ fixture: QueueFixture) throws -> Bool {
    try fixture.store.read { transaction in
      try transaction.fetchOne(
        sql: """
          SELECT is_held FROM queue_unique_keys
          WHERE item_pk = (SELECT pk FROM queue_items WHERE id = ?)
          """, id
      ) { try $0.value(at: 0, as: Bool.self) } ?? false
    }
  }
}
