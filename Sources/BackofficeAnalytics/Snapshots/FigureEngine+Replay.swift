import Backoffice

extension FigureEngine {
  static let historyOfDay = SQLStatement(
    """
    SELECT entity_id, \(FlowStep.selection) FROM status_history
    WHERE entity_kind = 'customer' AND at >= ? AND at < ? ORDER BY at, pk
    """)

  private static let firstAt = SQLStatement(
    """
    SELECT min(at) FROM status_history WHERE entity_kind = 'customer' AND entity_id = ?
    """)

  /// Ends the activity of customers whose last change lies too far back on `day`.
  mutating func expire(on day: Int) {
    guard let old = changed.removeValue(forKey: day - activeDays) else { return }
    for index in old where tracked[index].lastChange == day - activeDays {
      setCounted(index, nil)
    }
  }

  /// Takes the history rows of one day into account.
  ///
  /// - Parameter isWhole: whether the pass began before the first row of all, so that a customer not
  ///   seen before has no history.
  mutating func replay(
    from start: Timestamp, until end: Timestamp, day: Int, isWhole: Bool,
    _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    // All rows of the day first: the questions below need the connection.
    let rows: [(ID<AnyEntity>, FlowStep)] = try transaction.fetchAll(
      Self.historyOfDay, start, end
    ) { row in
      var column = row.reader()
      let id: ID<AnyEntity> = try column.next()
      return (id, try FlowStep(&column))
    }
    for (id, step) in rows {
      let index: Int
      if let known = trackedIndex[id] {
        index = known
      } else {
        var new = Tracked(id: id)
        if !isWhole {
          new.state = try AnalyticsFlows.state(
            of: id, kind: .customer, before: step.at, sequence: step.sequence, transaction)
        }
        if new.state == nil { new.firstAt = step.at }
        index = tracked.count
        tracked.append(new)
        trackedIndex[id] = index
      }
      var hasChanged = false
      var isConversion = false
      FlowState.advance(&tracked[index].state, by: step) { flow in
        guard flow.pipeline == pipeline.name, !flow.to.isEmpty, flow.from != flow.to,
          flow.cause == .create || flow.cause == .change
        else { return }
        hasChanged = true
        isConversion =
          flow.cause == .change && !flow.from.isEmpty
          && pipeline.converted.contains(flow.to) && !pipeline.converted.contains(flow.from)
      }
      if hasChanged, tracked[index].lastChange != day {
        tracked[index].lastChange = day
        changed[day, default: []].append(index)
      }
      if isConversion { try addConversion(of: index, at: step, transaction) }
      settle(index, day: day)
    }
  }

  private mutating func addConversion(
    of index: Int, at step: FlowStep, _ transaction: borrowing some Transaction & ~Copyable
  ) throws {
    let first: Timestamp
    if let known = tracked[index].firstAt {
      first = known
    } else {
      first =
        try transaction.fetchOne(Self.firstAt, tracked[index].id) { row in
          try row.value(at: 0)
        } ?? step.at
      tracked[index].firstAt = first
    }
    let owner = self.index(ofOwner: step.owner)
    day.grow(to: owners.count)
    day.conversions[owner] += 1
    day.cycleTime[owner] += (step.at - first).microseconds
  }

  /// Counts a customer as active, under its owner, exactly if it is.
  private mutating func settle(_ index: Int, day: Int) {
    let customer = tracked[index]
    guard let state = customer.state, !state.isDeleted, state.pipeline == pipeline.name,
      customer.lastChange > day - activeDays
    else { return setCounted(index, nil) }
    setCounted(index, self.index(ofOwner: state.owner))
  }

  private mutating func setCounted(_ index: Int, _ owner: Int?) {
    let old = tracked[index].countedFor
    guard old != owner else { return }
    if let old { active[old] -= 1 }
    if let owner { active[owner] += 1 }
    tracked[index].countedFor = owner
  }
}
