/// The policy of a kind: the defaults of its items.
///
/// ```swift
/// var invoices = KindPolicy("invoice.send")
/// invoices.maxAttempts = 10
/// try store.queues.declare([invoices])
/// ```
@dynamicMemberLookup
public struct KindPolicy: Sendable, Hashable {
  /// The kind.
  public var kind: String
  /// The retry policy of its items.
  public var policy: ItemPolicy

  /// Describes a kind with the default policy.
  public init(_ kind: String, _ policy: ItemPolicy = ItemPolicy()) {
    self.kind = kind
    self.policy = policy
  }

  /// Accesses a property of the policy.
  public subscript<Value>(dynamicMember path: WritableKeyPath<ItemPolicy, Value>) -> Value {
    get { policy[keyPath: path] }
    set { policy[keyPath: path] = newValue }
  }
}

extension KindPolicy {
  /// The policy of a kind and its row, or the default one if the kind is not declared.
  ///
  /// - Parameter isOwn: whether the work follows from work that was accepted before; then no kind is
  ///   refused.
  /// - Throws: ``QueueError/unknownKind(_:)`` when only declared kinds are accepted.
  static func inForce(
    for kind: String, isOwn: Bool, _ transaction: borrowing WriteTransaction
  ) throws -> QueueCache.Kind {
    let cache = transaction.cached(QueueCache.shared)
    let declared: QueueCache.Kind?
    if let known = cache.kinds[kind] {
      declared = known
    } else {
      let found = try transaction.fetchOne(Queues.findKind, kind) { row in
        try row.value(at: 0, as: Int64.self)
      }
      declared = try found.map { key in
        QueueCache.Kind(policyKey: key, policy: try ItemPolicy.find(key, transaction))
      }
      cache.note(kind, declared)
    }
    if let declared { return declared }
    let isClosed =
      try cache.acceptsOnlyDeclared
      ?? transaction.settings.value(of: .acceptsOnlyDeclaredKinds)
    cache.acceptsOnlyDeclared = isClosed
    if isClosed, !isOwn { throw QueueError.unknownKind(kind) }
    return QueueCache.Kind(policyKey: nil, policy: .usual)
  }
}
