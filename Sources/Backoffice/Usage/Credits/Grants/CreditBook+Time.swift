// What time changes, in the order in which it happens at one instant: grants lapse, holds expire, a
// period begins, grants are refilled, grants become effective, and what is owed is paid.
extension CreditBook {
  /// Ends the grants that have expired.
  mutating func lapse(at: Timestamp) {
    for index in lots.indices where lots[index].state == .open {
      guard lots[index].id != nil, let expiresAt = lots[index].expiresAt, expiresAt <= at else {
        continue
      }
      end(index, .lapsed, at: expiresAt, reason: "expired")
    }
  }

  /// Ends a billing period: the plan's credits expire, grants roll over, what was spent is settled,
  /// and what is owed is forgiven unless it is kept.
  mutating func reset(at: Timestamp, keepsOverage: Bool) {
    for index in lots.indices where lots[index].state == .open {
      if lots[index].id == nil, lots[index].free > 0 {
        post(.expire, lots[index].free, index, at: at)
      } else if let rollOver = lots[index].rollOver {
        set(index, between: rollOver.minimum, and: rollOver.maximum, at: at, reason: nil)
      }
    }
    for index in lots.indices where lots[index].spent > 0 {
      post(.settle, lots[index].spent, index, at: at)
    }
    if overage > 0, !keepsOverage { post(.forgive, overage, nil, at: at) }
  }

  /// Changes what remains of a lot to a number between two bounds.
  private mutating func set(
    _ index: Int, between minimum: Int, and maximum: Int, at: Timestamp, reason: String?
  ) {
    let reset = Reset(end: lots[index].free, minimum: minimum, maximum: maximum)
    if lots[index].reserved > 0 {
      if lots[index].resets.count == Self.mostResets { lots[index].resets.removeFirst() }
      lots[index].resets.append(reset)
      lots[index].resetCount += 1
      lots[index].isChanged = true
    }
    let difference = reset.result - reset.end
    if difference < 0 {
      post(.expire, -difference, index, at: at, reason: reason)
    } else {
      post(.grant, difference, index, at: at, reason: reason)
    }
  }

  /// The most resets that are kept for the release of a hold; an older one leaves everything.
  private static let mostResets = 1000

  /// Refills the grants whose next refill has come, and makes those effective whose time has come.
  ///
  /// - Parameter horizon: nothing else happens until then, so that refills between have no effect.
  mutating func begin(at: Timestamp, horizon: Timestamp) {
    for index in lots.indices where lots[index].state == .open {
      guard let recursAt = lots[index].recursAt, recursAt <= at, let refills = lots[index].refills
      else { continue }
      set(index, between: lots[index].credits, and: lots[index].credits, at: at, reason: "refill")
      let next = refills.next(after: recursAt)
      lots[index].recursAt = next > recursAt ? next : nil
      lots[index].isChanged = true
    }
    for index in lots.indices where lots[index].state == .pending && lots[index].effectiveAt <= at {
      lots[index].state = .open
      lots[index].recursAt = lots[index].refills?.next(after: lots[index].effectiveAt)
      lots[index].isChanged = true
      post(.grant, lots[index].credits, index, at: at)
    }
    payOverage(at: at)
    if overage == 0 { skipRefills(until: horizon, after: at) }
  }

  /// Skips refills that change nothing because nothing is used in between.
  private mutating func skipRefills(until horizon: Timestamp, after at: Timestamp) {
    for index in lots.indices where lots[index].state == .open {
      guard let recursAt = lots[index].recursAt, let refills = lots[index].refills,
        recursAt < horizon, lots[index].free == lots[index].credits
      else { continue }
      let last = refills.border(refills.number(at: horizon))
      guard last > recursAt else { continue }
      lots[index].recursAt = last
      lots[index].isChanged = true
    }
  }

  /// Everything that time changes up to an instant.
  ///
  /// - Parameter holds: the holds that expire until then, with their parts.
  mutating func advance(
    to now: Timestamp, expiring holds: [(id: ID<CreditHold>, at: Timestamp, parts: [Part])]
  ) {
    var holds = holds.sorted { $0.at < $1.at }
    while let due = [dueAt, holds.first?.at].compactMap(\.self).min(), due <= now {
      lapse(at: due)
      while let hold = holds.first, hold.at <= due {
        for part in hold.parts.reversed() { giveBack(part, of: hold.id, at: hold.at) }
        holds.removeFirst()
      }
      begin(at: due, horizon: horizon(until: now, holds.first?.at))
    }
  }

  /// The next instant at which anything but a refill happens.
  func horizon(until now: Timestamp, _ hold: Timestamp?) -> Timestamp {
    var next = min(now, hold ?? now)
    for lot in lots where lot.id != nil {
      switch lot.state {
      case .pending: next = min(next, lot.effectiveAt)
      case .open: next = min(next, lot.expiresAt ?? next)
      case .lapsed, .voided: continue
      }
    }
    return next
  }
}
