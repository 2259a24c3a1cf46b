// What a replay applies, and the corrections that follow from it.
extension CreditBook {
  /// Uses credits of one lot, and owes what it does not cover.
  mutating func use(_ credits: Int, of grant: ID<CreditGrant>?, at: Timestamp) {
    guard let index = lots.firstIndex(where: { $0.id == grant }) else { return }
    let taken = min(credits, lots[index].free)
    if taken > 0 { post(.use, taken, index, at: at) }
    if credits > taken { post(.exceed, credits - taken, nil, at: at) }
  }

  /// Changes what remains of the plan's credits, down to nothing.
  mutating func changePlan(by credits: Int, at: Timestamp) {
    guard let index = lots.firstIndex(where: { $0.id == nil }) else { return }
    post(.adjust, max(credits, -lots[index].free), index, at: at)
    payOverage(at: at)
  }

  /// Adds a lot.
  mutating func add(_ lot: Lot) {
    lots.append(lot)
    lots.sort { $0.precedes($1) }
  }

  /// Refills the plan's credits for a period.
  mutating func refillPlan(_ credits: Int, until end: Timestamp?, at: Timestamp) {
    guard let index = lots.firstIndex(where: { $0.id == nil }) else { return }
    post(.grant, credits, index, at: at)
    lots[index].expiresAt = end ?? lots[index].expiresAt
    lots.sort { $0.precedes($1) }
  }

  /// Corrects what remains of lots, and what is owed, by differences.
  mutating func correct(
    _ differences: [ID<CreditGrant>?: Int], overage difference: Int, at: Timestamp, reason: String
  ) {
    for index in lots.indices {
      let change = differences[lots[index].id] ?? 0
      if change != 0 {
        post(.correct, max(change, -lots[index].free), index, at: at, reason: reason)
      }
    }
    if difference > 0 { post(.exceed, difference, nil, at: at, reason: reason) }
    let forgiven = min(overage, max(0, -difference))
    if forgiven > 0 { post(.forgive, forgiven, nil, at: at, reason: reason) }
  }
}
