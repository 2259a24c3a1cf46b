import Backoffice
import Testing

@Suite("Actions: rules for any statement")
struct ActionRuleTests {
  let office: Office
  let ann: Assistant
  let ben: Assistant

  init() throws {
    office = try Office()
    ann = try office.assistant("ann")
    ben = try office.assistant("ben")
  }

  func execute<each Value: Bindable>(_ sql: String, _ values: repeat each Value) throws {
    _ = try office.store.write { transaction in
      try transaction.execute(sql: sql, repeat each values)
    }
  }

  func figures(_ id: ID<Assistant>) throws -> [Int] {
    let figures = try office.now(id).statistics
    return [figures.activeCount, figures.completedCount, figures.failedCount]
  }

  @Test("0.21: an action inserted as assigned is counted, by a record and by SQL")
  func insertedAsAssigned() throws {
    _ = try office.action(assistant: ann.id)
    #expect(try figures(ann.id) == [1, 0, 0])
    try execute(
      """
      INSERT INTO pending_actions (id, kind, title, status, customer_id, assistant_id, assigned_at,
        created_at, updated_at)
      VALUES (randomblob(16), 'phone_call', 'Call', 'assigned', ?, ?, 5, 5, 5)
      """, office.customer, ann.id)
    #expect(try figures(ann.id) == [2, 0, 0])
    let times = try office.store.actions.list(.assigned, of: ann.id).elements.map(\.times)
    #expect(times.contains { $0.deadlineAt == Timestamp(microseconds: 5) + .hours(24) })
    #expect(try office.findings() == [])
  }

  @Test("0.21: a reassignment moves the count and sets a new time")
  func reassigned() throws {
    let action = try office.action(assistant: ann.id)
    office.clock.advance(by: .hours(1))
    try execute("UPDATE pending_actions SET assistant_id = ? WHERE id = ?", ben.id, action.id)
    #expect(try figures(ann.id) == [0, 0, 0])
    #expect(try figures(ben.id) == [1, 0, 0])
    let moved = try office.now(action.id)
    #expect(moved.times.assignedAt == Office.monday + .hours(1))
    #expect(moved.updatedAt == Office.monday + .hours(1))
    #expect(try office.now(ben.id).statistics.lastAssignedAt == Office.monday + .hours(1))
    #expect(try office.store.actions.decisions(for: action.id).map(\.chosen) == [ben.id, ann.id])
    #expect(try office.findings() == [])
  }

  @Test("0.21: releasing an action frees the place")
  func unassigned() throws {
    let action = try office.action(assistant: ann.id)
    try execute(
      """
      UPDATE pending_actions SET status = 'pending', assistant_id = NULL, assigned_at = NULL
      WHERE id = ?
      """, action.id)
    #expect(try figures(ann.id) == [0, 0, 0])
    #expect(try office.store.actions.decisions(for: action.id).map(\.chosen) == [nil, ann.id])
    #expect(try office.findings() == [])
  }

  @Test(
    "0.21: completing a blocked or waiting action is counted and leaks no place",
    arguments: [ActionStatus.blocked, .requiresCustomer])
  func completedFromWaiting(_ status: ActionStatus) throws {
    let action = try office.action(assistant: ann.id)
    try office.store.actions.start(action.id)
    office.clock.advance(by: .minutes(3))
    if status == .blocked {
      try office.store.actions.block(action.id, reason: "no phone")
    } else {
      try office.store.actions.waitForCustomer(action.id)
    }
    #expect(try figures(ann.id) == [0, 0, 0])
    office.clock.advance(by: .minutes(3))
    let done = try office.store.actions.complete(action.id, quality: 5)
    #expect(done.times.actualDuration == .minutes(6))
    #expect(try figures(ann.id) == [0, 1, 0])
    #expect(try office.findings() == [])
  }

  @Test("0.21: an action cannot be assigned to an assistant who does not exist")
  func unknownAssistant() throws {
    let unknown = ID<Assistant>(high: 9, low: 9)
    #expect(throws: ActionError.unknownAssistant(unknown)) { try office.action(assistant: unknown) }
    let action = try office.action()
    #expect(throws: SQLiteError.self) {
      try execute(
        """
        UPDATE pending_actions SET status = 'assigned', assistant_id = ?, assigned_at = 1
        WHERE id = ?
        """, unknown, action.id)
    }
    #expect(try office.now(action.id) == action)
  }

  @Test("0.21: success rate and quality follow the actions, and are nil without actions")
  func rates() throws {
    #expect(try office.now(ann.id).successRate.percent == nil)
    #expect(try office.now(ann.id).averageQuality == nil)
    #expect(try office.now(ann.id).averageDuration == nil)
    for quality in [5, 4, 4] {
      try office.store.actions.complete(
        try office.action(assistant: ann.id).id, quality: quality)
    }
    try office.store.actions.complete(try office.action(assistant: ann.id).id)
    try office.store.actions.fail(try office.action(assistant: ann.id).id, error: "gave up")
    try office.store.actions.cancel(try office.action(assistant: ann.id).id)
    let after = try office.now(ann.id)
    #expect(try figures(ann.id) == [0, 4, 1])
    #expect(after.successRate.percent == 80)
    #expect(after.averageQuality == 4.33)
    #expect(after.averageDuration == nil)
    #expect(try office.findings() == [])
  }

  @Test("Reopening and deleting are deducted from the counters")
  func takenBack() throws {
    let action = try office.action(assistant: ann.id)
    try office.store.actions.start(action.id)
    office.clock.advance(by: .minutes(9))
    try office.store.actions.complete(action.id, quality: 2)
    let refused = try office.store.actions.refuse(action.id, notes: "not legible")
    #expect(refused.status == .assigned)
    #expect(refused.times.finishedAt == nil)
    #expect(refused.times.actualDuration == nil)
    #expect(try figures(ann.id) == [1, 0, 0])
    #expect(try office.now(ann.id).averageQuality == nil)
    try office.store.actions.complete(action.id, quality: 3)
    let reopened = try office.store.actions.reopen(action.id)
    #expect(reopened.status == .pending)
    #expect(try figures(ann.id) == [0, 0, 0])
    let other = try office.action(assistant: ben.id)
    try execute("DELETE FROM pending_actions WHERE id = ?", other.id)
    #expect(try figures(ben.id) == [0, 0, 0])
    #expect(try office.findings() == [])
  }

  @Test("0.22: a record inserted in a later status gets its times")
  func shaped() throws {
    let template = try office.action(assistant: ann.id)
    for status in [ActionStatus.inProgress, .completed, .failed] {
      var record = template
      record.status = status
      record.times.assignedAt = nil
      record.times.deadlineAt = nil
      try office.store.write { transaction in
        record.id = transaction.makeID()
        try transaction.insert(record)
      }
      let written = try office.now(record.id)
      #expect(written.times.assignedAt == Office.monday)
      #expect(written.times.deadlineAt == Office.monday + .hours(24))
      #expect((written.times.startedAt != nil) == (status == .inProgress))
      #expect((written.times.finishedAt != nil) == status.isFinished)
    }
    #expect(try office.findings() == [])
  }

  @Test("A row whose times contradict its status is refused for every writer")
  func impossibleRows() throws {
    let action = try office.action()
    for change in [
      "status = 'completed'", "status = 'assigned'", "finished_at = 5", "assigned_at = 5",
      "status = 'in_progress'", "priority = 6", "quality_score = 0", "status = 'done'",
    ] {
      #expect(throws: (any Error).self, "\(change)") {
        try execute("UPDATE pending_actions SET \(change) WHERE id = ?", action.id)
      }
    }
    #expect(try office.now(action.id) == action)
  }

  @Test("After raw SQL, the duration is corrected and the last change is stamped")
  func mended() throws {
    let action = try office.action(assistant: ann.id)
    try office.store.actions.start(action.id)
    office.clock.advance(by: .minutes(2))
    try execute(
      "UPDATE pending_actions SET status = 'completed', finished_at = ? WHERE id = ?",
      office.clock.now, action.id)
    let done = try office.now(action.id)
    #expect(done.times.actualDuration == .minutes(2))
    #expect(done.updatedAt == office.clock.now)
    #expect(try office.now(ann.id).averageDuration == .minutes(2))
    try execute("UPDATE pending_actions SET actual_duration_microseconds = 1")
    #expect(try office.now(action.id).times.actualDuration == .minutes(2))
    #expect(try office.findings() == [])
  }

  @Test("Every transition that is not declared is refused for raw SQL too")
  func illegalMoves() throws {
    let template = try office.action(assistant: ann.id)
    for from in ActionStatus.allCases {
      for to in ActionStatus.allCases where from != to && !from.canMove(to: to) {
        var record = template
        record.status = from
        if from == .pending { record.assistantID = nil }
        try office.store.write { transaction in
          record.id = transaction.makeID()
          try transaction.insert(record)
        }
        let isFinished = to.isFinished
        let assistant = to == .pending ? nil : ann.id
        #expect(throws: ActionError.illegalMove(record.id, from: from, to: to)) {
          try execute(
            """
            UPDATE pending_actions SET status = ?2, assistant_id = ?3,
              assigned_at = CASE WHEN ?3 IS NOT NULL THEN 5 END, started_at = 5,
              finished_at = CASE WHEN ?4 THEN 6 END
            WHERE id = ?1
            """, record.id, to, assistant, isFinished)
        }
      }
    }
    #expect(try office.findings() == [])
  }

  @Test("Wrong counters are reported and rebuilt")
  func rebuilt() throws {
    _ = try office.action(assistant: ann.id)
    try execute(
      "UPDATE assistants SET active_count = 7, last_assigned_at = NULL WHERE id = ?", ann.id)
    let findings = try office.findings()
    #expect(findings.count == 1)
    #expect(
      findings.first?.contains("active_count is 7, its actions give 1; last_assigned_at is empty")
        == true)
    #expect(try office.store.rebuild()["assistants.counters"] == 1)
    #expect(try office.findings() == [])
    #expect(try figures(ann.id) == [1, 0, 0])
  }
}
