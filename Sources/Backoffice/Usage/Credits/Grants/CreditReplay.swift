/// Computes the credits of a customer again from everything that happened, with a use that is recorded
/// late.
///
/// Holds that were released are left out: held and then released equals never held. Holds in force and
/// captured ones stand with the credits that they were given.
struct CreditReplay {
  private enum Event {
    case grant(CreditBook.Lot)
    case void(ID<CreditGrant>)
    case adjust(ID<CreditGrant>, Int)
    case take(Int, of: ID<CreditGrant>?)
    case use(Int)
    case plan(Int)
    case refill(Int, until: Timestamp?)
  }

  private struct Step {
    let at: Timestamp
    let order: Int
    let event: Event

    /// A period begins before the actions of its instant.
    func precedes(_ other: Step) -> Bool {
      (at, isRefill ? 0 : 1, order) < (other.at, other.isRefill ? 0 : 1, other.order)
    }

    private var isRefill: Bool { if case .refill = event { true } else { false } }
  }

  private let plan: CreditBook.Lot
  private var steps: [Step] = []
  private let keepsOverage: Bool
  private let now: Timestamp

  private static let grants = SQLStatement(
    "SELECT \(CreditGrant.selection), pk FROM credit_grants WHERE customer_id = ? ORDER BY pk")
  private static let uses = SQLStatement(
    "SELECT credits, at FROM credit_uses WHERE customer_id = ? ORDER BY at, pk")
  private static let holds = SQLStatement(
    """
    SELECT h.created_at, iif(h.state = 'spent', coalesce(h.captured, h.credits), h.credits),
      p.pk IS NOT NULL, p.grant_id, p.credits
    FROM credit_holds h LEFT JOIN credit_hold_parts p ON p.hold_id = h.id
    WHERE h.customer_id = ?1 AND (h.state = 'reserved' OR h.state = 'spent') ORDER BY h.pk, p.pk
    """)
  /// Changes of the plan's credits, and corrections of grants, that are not consequences of use.
  private static let changes = SQLStatement(
    """
    SELECT e.kind, e.credits, e.grant_id, e.refill_at, e.at, e.refill_end_at
    FROM credit_entries e
    LEFT JOIN credit_holds h ON h.id = e.hold_id
    WHERE e.customer_id = ?1 AND (e.kind = 'adjust' OR e.grant_id IS NULL
      AND (e.kind = 'grant' OR e.kind = 'expire' AND (h.pk IS NULL OR h.period_start_at IS e.period_start_at)))
    ORDER BY e.pk
    """)

  /// - Complexity: proportional to everything that happened to the customer's credits.
  init(
    of customer: ID<Customer>, _ balance: CreditBalance,
    in transaction: borrowing WriteTransaction
  ) throws {
    now = transaction.now
    keepsOverage = balance.keepsOverage
    plan = .plan(balance)
    var steps: [Step] = []
    var order = 0
    func add(_ at: Timestamp, _ event: Event) {
      order += 1
      steps.append(Step(at: at, order: order, event: event))
    }
    let zone = transaction.zone
    try transaction.forEach(Self.grants, customer) { row in
      let grant = try CreditGrant(row)
      add(
        grant.createdAt,
        .grant(.pending(grant, order: try row.value(at: row.count - 1), zone: zone)))
      if grant.state == .voided, let at = grant.endedAt { add(at, .void(grant.id)) }
      return true
    }
    var expired: (index: Int, at: Timestamp)?
    try transaction.forEach(Self.changes, customer) { row in
      let kind: CreditEntryKind = try row.value(at: 0)
      let credits: Int = try row.value(at: 1)
      let grant: ID<CreditGrant>? = try row.value(at: 2)
      let refill: Timestamp? = try row.value(at: 3)
      let at: Timestamp = try row.value(at: 4)
      if let grant {
        add(at, .adjust(grant, credits))
      } else if let refill {
        // What a refill replaces had expired at once before it.
        if let last = expired, last.at == at { steps.remove(at: last.index) }
        add(refill, .refill(credits, until: try row.value(at: 5)))
      } else {
        add(at, .plan(kind == .expire ? -credits : credits))
        if kind == .expire {
          expired = (steps.count - 1, at)
          return true
        }
      }
      expired = nil
      return true
    }
    try transaction.forEach(Self.holds, customer) { row in
      let at: Timestamp = try row.value(at: 0)
      let hasParts: Bool = try row.value(at: 2)
      if hasParts {
        add(at, .take(try row.value(at: 4), of: try row.value(at: 3)))
      } else {
        add(at, .take(try row.value(at: 1), of: nil))
      }
      return true
    }
    try transaction.forEach(Self.uses, customer) { row in
      add(try row.value(at: 1), .use(try row.value(at: 0)))
      return true
    }
    self.steps = steps
  }

  /// The state now, with a further use.
  ///
  /// - Parameter use: the use; nil for none.
  func run(adding use: (credits: Int, at: Timestamp)?) -> CreditBook {
    var steps = steps
    if let use {
      steps.append(Step(at: use.at, order: steps.count + 1, event: .use(use.credits)))
    }
    steps.sort { $0.precedes($1) }
    var book = CreditBook([plan], overage: 0)
    for step in steps where step.at <= now {
      switch step.event {
      case .refill(let credits, let end):
        book.advance(to: step.at - .microseconds(1), expiring: [])
        book.lapse(at: step.at)
        book.reset(at: step.at, keepsOverage: keepsOverage)
        book.refillPlan(credits, until: end, at: step.at)
        book.advance(to: step.at, expiring: [])
        book.payOverage(at: step.at)
        continue
      default: book.advance(to: step.at, expiring: [])
      }
      switch step.event {
      case .grant(let lot):
        book.add(lot)
        book.advance(to: step.at, expiring: [])
      case .void(let grant): book.void(grant, at: step.at, reason: nil)
      case .adjust(let grant, let credits):
        book.adjust(grant, by: credits, at: step.at, reason: "")
      case .take(let credits, let grant): book.use(credits, of: grant, at: step.at)
      case .use(let credits): _ = book.use(credits, at: step.at, reason: nil)
      case .plan(let credits): book.changePlan(by: credits, at: step.at)
      case .refill: break
      }
      book = book.settled
    }
    book.advance(to: now, expiring: [])
    return book
  }

  /// What a late use changes now, by lot, and what is owed more.
  func change(
    by credits: Int, at: Timestamp
  ) -> (lots: [ID<CreditGrant>?: Int], overage: Int) {
    let before = run(adding: nil)
    let after = run(adding: (credits, at))
    var lots: [ID<CreditGrant>?: Int] = [:]
    for lot in before.lots { lots[lot.id] = 0.subtracting(lot.free) }
    for lot in after.lots { lots[lot.id, default: 0].add(lot.free) }
    return (lots, after.overage.subtracting(before.overage))
  }
}
