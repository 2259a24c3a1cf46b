/// The credits of a customer by grant, as a value: what is used, given back and changed by time.
///
/// It knows no storage. The changes are `postings`, which the ledger stores.
struct CreditBook: Sendable {
  /// The credits of one grant, or of the plan.
  struct Lot: Sendable {
    /// The grant; nil for the plan's credits.
    let id: ID<CreditGrant>?
    let credits: Int
    let priority: Int
    let effectiveAt: Timestamp
    var expiresAt: Timestamp?
    let rollOver: CreditRollOver?
    /// The instants of refills, counted from `effectiveAt`.
    let refills: BillingBorders?
    /// The order of creation.
    let order: Int64
    var state: CreditGrant.State
    var free = 0
    var reserved = 0
    var spent = 0
    /// The next refill.
    var recursAt: Timestamp?
    /// The newest resets, since the oldest hold.
    var resets: [Reset] = []
    /// The number of resets, of which ``resets`` are the last.
    var resetCount = 0
    var endedAt: Timestamp?
    /// Whether anything but the numbers changed.
    var isChanged = false

    /// When time alone changes the lot next.
    var dueAt: Timestamp? {
      // The plan's credits end with a new period, which its terms begin.
      if id == nil { return nil }
      return switch state {
      case .pending: effectiveAt
      case .open: [expiresAt, recursAt].compactMap(\.self).min()
      case .lapsed, .voided: nil
      }
    }
  }

  /// A change of a lot that did not come from use: what remained became a number between two bounds.
  struct Reset: Sendable, Hashable, Codable {
    /// What would have remained if nothing were held now.
    var end: Int
    var minimum: Int
    var maximum: Int

    var result: Int { min(maximum, max(minimum, end)) }
  }

  /// A change for the ledger.
  struct Posting: Sendable, Hashable {
    let kind: CreditEntryKind
    let credits: Int
    /// The grant; nil for the plan's credits.
    let grant: ID<CreditGrant>?
    let hold: ID<CreditHold>?
    let at: Timestamp
    let reason: String?
  }

  /// A part of a hold.
  struct Part: Sendable, Hashable {
    /// The grant; nil for the plan's credits.
    let grant: ID<CreditGrant>?
    var credits: Int
    /// The number of resets of the grant before the part was reserved.
    let afterResets: Int
  }

  /// In the order in which they are used.
  var lots: [Lot]
  private(set) var overage: Int
  private(set) var postings: [Posting] = []

  /// The same book without its postings.
  var settled: CreditBook {
    var book = self
    book.postings = []
    return book
  }

  init(_ lots: [Lot], overage: Int) {
    self.lots = lots.sorted { $0.precedes($1) }
    self.overage = overage
  }
}

extension CreditBook.Lot {
  /// Priority, then soonest expiry, then creation.
  func precedes(_ other: Self) -> Bool {
    (priority, expiresAt ?? .distantFuture, order)
      < (other.priority, other.expiresAt ?? .distantFuture, other.order)
  }
}

extension CreditBook {
  /// What remains of all lots.
  var free: Int { lots.reduce(0) { $0.adding($1.free) } }

  /// When time alone changes a lot next.
  var dueAt: Timestamp? { lots.compactMap(\.dueAt).min() }

  mutating func post(
    _ kind: CreditEntryKind, _ credits: Int, _ index: Int?, hold: ID<CreditHold>? = nil,
    at: Timestamp, reason: String? = nil
  ) {
    let delta = kind.delta(of: credits)
    overage.add(delta.overage)
    if let index {
      lots[index].free.add(delta.free)
      lots[index].reserved.add(delta.reserved)
      lots[index].spent.add(delta.spent)
    }
    postings.append(
      Posting(
        kind: kind, credits: credits, grant: index.flatMap { lots[$0].id }, hold: hold, at: at,
        reason: reason))
  }

  /// Takes credits in the order of use, as far as there are any.
  ///
  /// - Parameters:
  ///   - kind: `reserve`, `use`, `repay`, or `adjust`, which takes a negative number.
  ///   - hold: the hold that they are taken for.
  /// - Returns: what was taken from which lot.
  mutating func take(
    _ credits: Int, as kind: CreditEntryKind, for hold: ID<CreditHold>? = nil, at: Timestamp,
    reason: String? = nil
  ) -> [Part] {
    var parts: [Part] = []
    var missing = credits
    for index in lots.indices where missing > 0 && lots[index].free > 0 {
      let part = min(missing, lots[index].free)
      post(kind, kind == .adjust ? -part : part, index, hold: hold, at: at, reason: reason)
      parts.append(Part(grant: lots[index].id, credits: part, afterResets: lots[index].resetCount))
      missing -= part
    }
    return parts
  }

  /// Uses credits, and owes what no credits cover.
  ///
  /// - Returns: the overage that it added.
  mutating func use(_ credits: Int, at: Timestamp, reason: String?) -> Int {
    let taken = take(credits, as: .use, at: at, reason: reason).reduce(0) { $0 + $1.credits }
    let exceeded = credits - taken
    if exceeded > 0 { post(.exceed, exceeded, nil, at: at, reason: reason) }
    return exceeded
  }

  /// Gives back a part of a hold to its grant, as if it had never been held.
  ///
  /// What resets since then would have taken, and the credits of a grant that has ended, are lost.
  mutating func giveBack(_ part: Part, of hold: ID<CreditHold>, at: Timestamp) {
    guard let index = lots.firstIndex(where: { $0.id == part.grant }), part.credits > 0 else {
      return
    }
    post(.release, part.credits, index, hold: hold, at: at)
    var kept = lots[index].state == .open ? part.credits : 0
    let first = lots[index].resetCount - lots[index].resets.count
    for number in lots[index].resets.indices where first + number >= part.afterResets {
      let before = lots[index].resets[number].result
      lots[index].resets[number].end.add(kept)
      kept = lots[index].resets[number].result - before
      lots[index].isChanged = true
    }
    let lost = part.credits - kept
    if lost > 0 {
      let reason =
        lots[index].state == .open ? "released after a reset" : "released after its grant"
      post(.expire, lost, index, hold: hold, at: at, reason: reason)
    }
    forgetResets(index)
  }

  /// Spends a part of a hold.
  mutating func spend(_ part: Part, of hold: ID<CreditHold>, at: Timestamp) {
    guard let index = lots.firstIndex(where: { $0.id == part.grant }) else { return }
    post(.spend, part.credits, index, hold: hold, at: at)
    forgetResets(index)
  }

  private mutating func forgetResets(_ index: Int) {
    guard lots[index].id != nil, lots[index].reserved == 0, !lots[index].resets.isEmpty else {
      return
    }
    lots[index].resets = []
    lots[index].isChanged = true
  }

  /// Pays what is owed in the order of use.
  mutating func payOverage(at: Timestamp) {
    guard overage > 0 else { return }
    _ = take(overage, as: .repay, at: at, reason: "earlier use")
  }

  /// Ends a grant: its remaining credits expire.
  mutating func void(_ grant: ID<CreditGrant>, at: Timestamp, reason: String?) {
    guard let index = lots.firstIndex(where: { $0.id == grant }) else { return }
    end(index, .voided, at: at, reason: reason)
  }

  mutating func end(
    _ index: Int, _ state: CreditGrant.State, at: Timestamp, reason: String?
  ) {
    if lots[index].free > 0 { post(.expire, lots[index].free, index, at: at, reason: reason) }
    lots[index].state = state
    lots[index].endedAt = at
    lots[index].recursAt = nil
    lots[index].isChanged = true
  }

  /// Corrects a grant by a number of credits.
  mutating func adjust(_ grant: ID<CreditGrant>, by credits: Int, at: Timestamp, reason: String) {
    guard let index = lots.firstIndex(where: { $0.id == grant }) else { return }
    post(.adjust, credits, index, at: at, reason: reason)
    payOverage(at: at)
  }
}
