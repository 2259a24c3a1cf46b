import Backoffice
import Testing

@Suite("Random histories of submissions")
struct SubmissionPropertyTests {
  @Test(
    "After 2,000 random operations a rebuild changes nothing", arguments: [11, 12, 13] as [UInt64])
  func randomHistory(seed: UInt64) throws {
    let fixture = try SubmissionsFixture(seed: seed)
    let random = RandomSource.seeded(seed)
    var world = World(
      fixture: fixture, random: random,
      customers: try (0..<6).map { _ in try fixture.customer() },
      directories: try (0..<5).map { try fixture.directory("d\($0).example", days: $0).id })
    for step in 0..<2000 {
      fixture.clock.advance(by: .seconds(random.next(below: 40_000)))
      try world.step()
      if step % 250 == 249 { #expect(try fixture.store.check().isEmpty) }
    }
    #expect(try fixture.store.check().isEmpty)
    #expect(try fixture.store.rebuild().isEmpty)
    #expect(world.refused > 0)
    #expect(world.done > 500)
    let last: Int = try fixture.store.read { transaction in
      try transaction.fetchOne(
        sql: """
          SELECT count(*) FROM submissions s WHERE s.status <> (
            SELECT h.to_status FROM status_history h
            WHERE h.entity_kind = 'submission' AND h.entity_id = s.id ORDER BY h.pk DESC LIMIT 1)
          """
      ) { row in try row.value(at: 0) } ?? -1
    }
    #expect(last == 0)
  }
}

/// The entities of a random history.
private struct World {
  let fixture: SubmissionsFixture
  let random: RandomSource
  let customers: [ID<Customer>]
  let directories: [ID<Directory>]
  var submissions: [ID<Submission>] = []
  var done = 0
  var refused = 0

  struct Undo: Error {}

  mutating func step() throws {
    do {
      try act()
      done += 1
    } catch {
      // Invalid random calls are refused with a typed error; any other error is a bug.
      guard error is SubmissionError || error is Undo else { throw error }
      refused += 1
    }
  }

  func pick<Element>(_ elements: [Element]) -> Element {
    elements[random.next(below: elements.count)]
  }

  mutating func act() throws {
    let store = fixture.store
    let choice = random.next(below: 20)
    guard !submissions.isEmpty, choice > 4 else {
      submissions.append(
        try store.submissions.create(
          NewSubmission(
            customer: pick(customers), directory: pick(directories),
            status: random.next(below: 3) == 0 ? pick(SubmissionStatus.allCases) : .pending)
        ).id)
      return
    }
    let id = pick(submissions)
    switch choice {
    case 5, 6: try store.submissions.start(id)
    case 7, 8: try store.submissions.markSubmitted(id)
    case 9: try store.submissions.startReview(id)
    case 10, 11: try store.submissions.approve(id)
    case 12: try store.submissions.reject(id, reason: "no")
    case 13: try store.submissions.requestRevision(id, notes: "more")
    case 14: try store.submissions.fail(id, message: "time-out")
    case 15: try store.submissions.retry(id)
    case 16: try rawMove(id)
    case 17: try undone(id)
    case 18: try store.submissions.remove(id)
    default: try rawDelete(id)
    }
  }

  /// Raw SQL moves a closed submission to another directory, which no index forbids.
  func rawMove(_ id: ID<Submission>) throws {
    try fixture.store.write { transaction in
      try transaction.execute(
        sql: "UPDATE submissions SET directory_id = ? WHERE id = ? AND closed_at IS NOT NULL",
        pick(directories), id)
    }
  }

  func undone(_ id: ID<Submission>) throws {
    try fixture.store.write { transaction in
      try transaction.submissions.cancel(id)
      throw Undo()
    }
  }

  mutating func rawDelete(_ id: ID<Submission>) throws {
    try fixture.store.write { transaction in
      _ = try transaction.execute(sql: "DELETE FROM submissions WHERE id = ?", id)
    }
    submissions.removeAll { $0 == id }
  }
}
