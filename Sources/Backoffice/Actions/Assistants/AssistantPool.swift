/// All assistants as seen by a transaction, for one or many decisions.
///
/// Loads are counted from actions and open offers through their indexes, because the assistants'
/// counters are updated just before the commit.
struct AssistantPool {
  struct Member {
    var id: ID<Assistant>
    var handle: String
    var isActive: Bool
    var isAvailable: Bool
    var isWorking: Bool
    var capacity: Int
    var load: Int
    var weightCapacity: Int
    var weight: Int
    var lastAssignedAt: Timestamp?
    var skills: Set<String>
  }

  private(set) var members: [Member]

  static let all = SQLStatement(
    """
    SELECT a.time_zone, a.id, a.handle, a.is_active, a.is_available, a.working_hours,
      a.max_concurrent_tasks,
      (SELECT count(*) FROM pending_actions p INDEXED BY pending_actions_load
        WHERE p.assistant_id = a.id AND p.status IN ('assigned', 'in_progress')),
      (SELECT count(*) FROM action_offers o INDEXED BY action_offers_load
        WHERE o.assistant_id = a.id AND o.status = 'open'),
      coalesce(a.capacity, 10 * min(a.max_concurrent_tasks, 100000000)),
      (SELECT coalesce(sum(p.weight), 0) FROM pending_actions p INDEXED BY pending_actions_load
        WHERE p.assistant_id = a.id AND p.status IN ('assigned', 'in_progress')),
      (SELECT coalesce(sum(o.weight), 0) FROM action_offers o INDEXED BY action_offers_load
        WHERE o.assistant_id = a.id AND o.status = 'open'),
      a.last_assigned_at,
      (SELECT max(d.decided_at) FROM action_assignments d WHERE d.assistant_id = a.id),
      (SELECT group_concat(s.skill, char(31)) FROM assistant_skills s WHERE s.assistant_id = a.id)
    FROM assistants a ORDER BY a.handle
    """)

  static let one = SQLStatement(
    all.sql.replacingSuffix("ORDER BY a.handle", with: "WHERE a.id = ?"))

  init(_ transaction: borrowing some Transaction & ~Copyable) throws {
    let now = transaction.now
    members = try transaction.fetchAll(Self.all) { row in try Self.member(row, now: now) }
  }

  /// A single assistant, or nil if it does not exist.
  static func member(
    _ id: ID<Assistant>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Member? {
    let now = transaction.now
    return try transaction.fetchOne(Self.one, id) { row in try member(row, now: now) }
  }

  private static func member(_ row: borrowing Row, now: Timestamp) throws -> Member {
    var column = row.reader()
    let zone: Zone = try column("time_zone")
    return try Member(
      id: column("id"), handle: column("handle"), isActive: column("is_active"),
      isAvailable: column("is_available"),
      isWorking: (column("working_hours") as WorkingHours).contains(now, in: zone),
      capacity: column("max_concurrent_tasks"), load: column("assigned") + column("offered"),
      weightCapacity: column("capacity"),
      weight: column("assigned_weight") + column("offered_weight"),
      // The column covers assignments by any statement; the log covers those of this transaction.
      lastAssignedAt: [column("last_assigned_at"), column("decided_at")].compactMap(\.self).max(),
      skills: Set(
        (column("skills") as String? ?? "").split(separator: "\u{1f}").map(String.init)))
  }

  /// Ranks all assistants for an action: eligible ones first, best first.
  ///
  /// An assistant who had the action before comes last. The others are sorted by the fraction of the
  /// capacity in use minus the score of packs, then by the longest time without a new assignment,
  /// then by handle.
  func candidates(for needs: ActionNeeds) -> [AssignmentDecision.Candidate] {
    var eligible: [Member] = []
    var others: [AssignmentDecision.Candidate] = []
    for member in members {
      let exclusions = member.exclusions(for: needs)
      if exclusions.isEmpty {
        eligible.append(member)
      } else {
        others.append(member.candidate(exclusions, needs))
      }
    }
    let scores = needs.advice.scores
    eligible.sort { one, other in
      let had = (one.id == needs.previous, other.id == needs.previous)
      return had.0 == had.1 ? one.isBetter(than: other, scores) : had.1
    }
    return eligible.map { $0.candidate([], needs) } + others
  }

  /// Whether an assistant is eligible for an action.
  func hasCandidate(for needs: ActionNeeds) -> Bool {
    members.contains { $0.exclusions(for: needs).isEmpty }
  }

  /// Whether an assistant of the pool can take an action now.
  var hasRoom: Bool {
    members.contains { member in
      member.isActive && member.isAvailable && member.isWorking && member.load < member.capacity
        && member.weight < member.weightCapacity
    }
  }

  /// Records that an assistant was assigned an action.
  mutating func assign(to id: ID<Assistant>, weight: Int, at now: Timestamp) {
    guard let index = members.firstIndex(where: { $0.id == id }) else { return }
    members[index].load.add(1)
    members[index].weight.add(weight)
    members[index].lastAssignedAt = now
  }

  /// Records that an offer to an assistant was made (1) or ended (-1).
  mutating func offer(to id: ID<Assistant>, weight: Int, sign: Int) {
    guard let index = members.firstIndex(where: { $0.id == id }) else { return }
    members[index].load.add(sign)
    members[index].weight.add(weight.multiplied(by: sign))
  }
}

extension AssistantPool.Member {
  /// Why the assistant may not have an action; every way to give work asks this rule.
  ///
  /// An assistant who takes an action personally may do so outside working hours, when unavailable or
  /// after declining it.
  func obstacles(for needs: ActionNeeds) -> [AssignmentExclusion] {
    exclusions(for: needs).filter { reason in
      switch reason {
      case .unavailable, .outsideWorkingHours, .askedBefore: false
      case .inactive, .lacksSkill, .atCapacity, .excluded, .advisedAgainst: true
      }
    }
  }

  /// The same without an offer that is open to the assistant.
  func without(_ offer: ActionOffer) -> AssistantPool.Member {
    var member = self
    member.load -= 1
    member.weight -= offer.weight
    return member
  }
  func exclusions(for needs: ActionNeeds) -> [AssignmentExclusion] {
    var reasons: [AssignmentExclusion] = []
    if !needs.skills.isSubset(of: skills) { reasons.append(.lacksSkill) }
    if !isActive { reasons.append(.inactive) }
    if !isAvailable { reasons.append(.unavailable) }
    if !isWorking { reasons.append(.outsideWorkingHours) }
    if load >= capacity || weight.adding(needs.weight) > weightCapacity {
      reasons.append(.atCapacity)
    }
    if needs.excluded.contains(id) { reasons.append(.excluded) }
    if needs.askedBefore.contains(id) { reasons.append(.askedBefore) }
    if needs.advice.objections[id] != nil { reasons.append(.advisedAgainst) }
    return reasons
  }

  func candidate(
    _ exclusions: [AssignmentExclusion], _ needs: ActionNeeds
  ) -> AssignmentDecision.Candidate {
    AssignmentDecision.Candidate(
      assistantID: id, load: load, capacity: capacity, weight: weight,
      weightCapacity: weightCapacity, lastAssignedAt: lastAssignedAt, exclusions: exclusions,
      advisedScore: needs.advice.scores[id] ?? 0, objections: needs.advice.objections[id] ?? [])
  }

  /// The fraction of the capacity in use, by number or by weight, whichever is greater.
  private var share: (used: Int, of: Int) {
    let isHeavy =
      weight.multipliedFullWidth(by: capacity) > load.multipliedFullWidth(by: weightCapacity)
    return isHeavy ? (weight, weightCapacity) : (load, capacity)
  }

  /// A number of tasks beyond which a score would overflow.
  private static let largest = 1 << 40

  func isBetter(than other: AssistantPool.Member, _ scores: [ID<Assistant>: Int]) -> Bool {
    let (mine, theirs) = (share, other.share)
    let used = mine.used.multiplied(by: 100).subtracting(
      min(mine.of, Self.largest).multiplied(by: scores[id] ?? 0))
    let otherUsed = theirs.used.multiplied(by: 100).subtracting(
      min(theirs.of, Self.largest).multiplied(by: scores[other.id] ?? 0))
    // Compares both fractions over a common denominator; a Double would make different values
    // equal.
    let left = used.multipliedFullWidth(by: theirs.of)
    let right = otherUsed.multipliedFullWidth(by: mine.of)
    if left != right { return left < right }
    let last = lastAssignedAt ?? .distantPast
    let otherLast = other.lastAssignedAt ?? .distantPast
    return last == otherLast ? handle < other.handle : last < otherLast
  }
}

extension String {
  fileprivate func replacingSuffix(_ suffix: String, with replacement: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + replacement : self
  }
}
