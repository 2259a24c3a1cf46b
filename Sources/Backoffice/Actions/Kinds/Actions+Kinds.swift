extension Actions {
  private static let put = SQLStatement(
    """
    INSERT INTO action_kinds (name, label, priority, weight, estimated_duration_minutes, deadline_microseconds)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (name) DO UPDATE SET label = ?2, priority = ?3, weight = ?4, estimated_duration_minutes = ?5,
      deadline_microseconds = ?6, retired_at = NULL
    """)
  private static let withdraw = SQLStatement(
    "UPDATE action_kinds SET retired_at = ?2 WHERE name = ?1 AND retired_at IS NULL")
  private static let columns =
    "name, label, priority, weight, estimated_duration_minutes, deadline_microseconds, retired_at"
  private static let all = SQLStatement("SELECT \(columns) FROM action_kinds ORDER BY pk")
  static let kindByName = SQLStatement("SELECT \(columns) FROM action_kinds WHERE name = ?")

  /// Declares a kind of action, or changes its declaration.
  ///
  /// ```swift
  /// try store.actions.declare(
  ///   ActionKindDefinition("sign_contract", priority: 2, deadline: .hours(48), skills: ["legal"]))
  /// ```
  ///
  /// The declaration applies to actions created from now on; existing actions keep their values.
  /// Declaring the same kind again changes nothing. Declaring a retired kind offers it again.
  ///
  /// - Throws: ``ActionError/invalidValue(field:problem:)``.
  /// - Complexity: independent of the number of actions.
  public func declare(_ kind: ActionKindDefinition) throws {
    var kind = kind
    kind.retiredAt = nil
    kind.skills.sort { $0.skill < $1.skill }
    try kind.validate()
    let declared = kind
    try access.write { transaction in
      let kind = declared
      guard try transaction.actions.kind(kind.name) != kind else { return }
      try transaction.execute(
        Self.put, kind.name, kind.label, kind.priority, kind.weight,
        kind.estimatedDurationMinutes, kind.deadline)
      try transaction.actions.setRequiredSkills(kind.skills, ofKind: kind.name)
    }
  }

  /// Declares kinds of action in one transaction.
  ///
  /// - Throws: ``ActionError/invalidValue(field:problem:)``; in this case no kind is declared.
  public func declare(_ kinds: [ActionKindDefinition]) throws {
    try access.write { transaction in
      for kind in kinds { try transaction.actions.declare(kind) }
    }
  }

  /// Retires a kind, so that no new action can have it.
  ///
  /// Existing actions are not affected. Retiring a retired kind changes nothing.
  ///
  /// - Throws: ``ActionError/unknownKind(_:declared:)``.
  public func retire(_ kind: ActionKind) throws {
    try access.write { transaction in
      _ = try transaction.requireActionKind(kind)
      try transaction.execute(Self.withdraw, kind, transaction.now)
    }
  }

  /// The declaration of a kind, or nil if it is not declared.
  ///
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: two index lookups.
  public func kind(_ name: ActionKind) throws -> ActionKindDefinition? {
    try access.read { transaction in
      guard
        var kind = try transaction.fetchOne(
          Self.kindByName, name, decode: { row in try ActionKindDefinition(row) })
      else { return nil }
      kind.skills = try transaction.actions.requiredSkills(ofKind: name)
      return kind
    }
  }

  /// The declared kinds, in the order of their declaration.
  ///
  /// - Parameter includingRetired: whether to include retired kinds.
  /// - Throws: `StorageError` with `closed`, `transactionEnded`, `readersExhausted`; `SQLiteError`.
  /// - Complexity: proportional to the number of kinds.
  public func kinds(includingRetired: Bool = false) throws -> [ActionKindDefinition] {
    try access.read { transaction in
      let kinds = try transaction.fetchAll(Self.all) { row in try ActionKindDefinition(row) }
      return try kinds.filter { includingRetired || $0.retiredAt == nil }.map { kind in
        var kind = kind
        kind.skills = try transaction.actions.requiredSkills(ofKind: kind.name)
        return kind
      }
    }
  }

  fileprivate static func declared(
    _ transaction: borrowing WriteTransaction
  ) throws -> [ActionKindDefinition] {
    try transaction.fetchAll(all) { row in try ActionKindDefinition(row) }
  }
}

/// The writing connection's cache of kinds, without their skills.
private final class ActionKindCache {
  var kinds: [ActionKindDefinition] = []
  var byName: [ActionKind: ActionKindDefinition] = [:]

  static let shared = CachedValue(tables: ["action_kinds"]) { ActionKindCache() }
}

extension WriteTransaction {
  private func actionKinds() throws -> ActionKindCache {
    let cache = cached(ActionKindCache.shared)
    if cache.kinds.isEmpty {
      cache.kinds = try Actions.declared(self)
      for kind in cache.kinds { cache.byName[kind.name] = kind }
    }
    return cache
  }

  /// The declaration of a kind, without its skills.
  ///
  /// - Throws: ``ActionError/unknownKind(_:declared:)``.
  func requireActionKind(_ name: ActionKind) throws -> ActionKindDefinition {
    let cache = try actionKinds()
    guard let kind = cache.byName[name] else {
      throw ActionError.unknownKind(name, declared: cache.offered)
    }
    return kind
  }

  /// The declaration of a kind that is not retired, without its skills.
  ///
  /// - Throws: ``ActionError/unknownKind(_:declared:)``, ``ActionError/retiredKind(_:offered:)``.
  func requireOfferedActionKind(_ name: ActionKind) throws -> ActionKindDefinition {
    let kind = try requireActionKind(name)
    guard kind.retiredAt == nil else {
      throw ActionError.retiredKind(name, offered: try actionKinds().offered)
    }
    return kind
  }

  /// Throws if a kind is not declared.
  ///
  /// - Throws: ``AssistantError/unknownKinds(_:declared:)``.
  func requireActionKinds(_ names: Set<ActionKind>) throws {
    let cache = try actionKinds()
    let unknown = names.filter { cache.byName[$0] == nil }
    guard unknown.isEmpty else {
      throw AssistantError.unknownKinds(unknown.sorted(), declared: cache.offered)
    }
  }
}

extension ActionKindCache {
  fileprivate var offered: [ActionKind] { kinds.filter { $0.retiredAt == nil }.map(\.name) }
}

extension ActionKindDefinition {
  fileprivate init(_ row: borrowing Row) throws {
    var column = row.reader()
    name = try column("name")
    label = try column("label")
    priority = try column("priority")
    weight = try column("weight")
    estimatedDurationMinutes = try column("estimated_duration_minutes")
    deadline = try column("deadline_microseconds")
    skills = []
    retiredAt = try column("retired_at")
  }

  fileprivate func validate() throws(ActionError) {
    guard name.isWellFormed else {
      throw .invalidValue(field: "kind", problem: "is blank or not in Unicode composed form")
    }
    guard !label.isBlank else { throw .invalidValue(field: "label", problem: "is blank") }
    try Actions.validate(priority: priority)
    try Actions.validate(weight: weight)
    try Actions.validate(minutes: estimatedDurationMinutes)
    if let deadline, deadline.microseconds <= 0 || deadline > .hours(3650 * 24) {
      throw .invalidValue(
        field: "deadline", problem: "is \(deadline), not more than 0 and 3,650 days at most")
    }
  }
}
