import BackofficeStorage

/// All assistants as they stand in a transaction, for one or many decisions.
///
/// Loads are counted from the actions, through their index: the counters of the assistants are
/// only brought up to date just before the commit.
struct AssistantPool {
  struct Member {
    var id: ID<Assistant>
    var handle: String
    var isActive: Bool
    var isAvailable: Bool
    var isWorking: Bool
    var capacity: Int
    var load: Int
    var lastAssignedAt: Timestamp?
    var skills: Set<String>
  }

  private(set) var members: [Member]

  static let all = SQLStatement(
    """
    SELECT a.id, a.handle, a.is_active, a.is_available, a.time_zone, a.working_hours,
      a.max_concurrent_tasks,
      (SELECT count(*) FROM pending_actions p
        WHERE p.assistant_id = a.id AND p.status IN ('assigned', 'in_progress')),
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

  /// One assistant alone, or nil when there is none.
  static func member(
    _ id: ID<Assistant>, _ transaction: borrowing some Transaction & ~Copyable
  ) throws -> Member? {
    let now = transaction.now
    return try transaction.fetchOne(Self.one, id) { row in try member(row, now: now) }
  }

  private static func member(_ row: borrowing Row, now: Timestamp) throws -> Member {
    var column = row.reader()
    let id = try column.next(ID<Assistant>.self)
    let handle = try column.next(String.self)
    let isActive = try column.next(Bool.self)
    let isAvailable = try column.next(Bool.self)
    let zone = try column.next(Zone.self)
    let hours = try column.next(WorkingHours.self)
    let capacity = try column.next(Int.self)
    let load = try column.next(Int.self)
    // The column knows of assignments by any statement, the log of those of this transaction.
    let kept = try column.next(Timestamp?.self)
    let logged = try column.next(Timestamp?.self)
    let skills = try column.next(String?.self)
    return Member(
      id: id, handle: handle, isActive: isActive, isAvailable: isAvailable,
      isWorking: hours.contains(now, in: zone), capacity: capacity, load: load,
      lastAssignedAt: [kept, logged].compactMap(\.self).max(),
      skills: Set((skills ?? "").split(separator: "\u{1f}").map(String.init)))
  }

  /// Ranks everybody for an action: who comes into question first, the best at the top.
  ///
  /// Lowest share of the capacity in use, then longest without new work, then by handle.
  func candidates(
    for kind: ActionKind, excluding excluded: Set<ID<Assistant>>
  ) -> [AssignmentDecision.Candidate] {
    var eligible: [Member] = []
    var others: [AssignmentDecision.Candidate] = []
    for member in members {
      let exclusions = member.exclusions(for: kind, excluding: excluded)
      if exclusions.isEmpty {
        eligible.append(member)
      } else {
        others.append(member.candidate(exclusions))
      }
    }
    eligible.sort { $0.isBetter(than: $1) }
    return eligible.map { $0.candidate([]) } + others
  }

  /// Notes that an assistant got an action.
  mutating func assign(to id: ID<Assistant>, at now: Timestamp) {
    guard let index = members.firstIndex(where: { $0.id == id }) else { return }
    members[index].load += 1
    members[index].lastAssignedAt = now
  }
}

extension AssistantPool.Member {
  func exclusions(
    for kind: ActionKind, excluding excluded: Set<ID<Assistant>>
  ) -> [AssignmentExclusion] {
    var reasons: [AssignmentExclusion] = []
    if !skills.contains(kind.rawValue) { reasons.append(.lacksSkill) }
    if !isActive { reasons.append(.inactive) }
    if !isAvailable { reasons.append(.unavailable) }
    if !isWorking { reasons.append(.outsideWorkingHours) }
    if load >= capacity { reasons.append(.atCapacity) }
    if excluded.contains(id) { reasons.append(.excluded) }
    return reasons
  }

  func candidate(_ exclusions: [AssignmentExclusion]) -> AssignmentDecision.Candidate {
    AssignmentDecision.Candidate(
      assistantID: id, load: load, capacity: capacity, lastAssignedAt: lastAssignedAt,
      exclusions: exclusions)
  }

  func isBetter(than other: AssistantPool.Member) -> Bool {
    // Both shares over a common denominator; a double would tie what differs.
    let mine = load.multipliedFullWidth(by: other.capacity)
    let theirs = other.load.multipliedFullWidth(by: capacity)
    if mine != theirs { return mine < theirs }
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
