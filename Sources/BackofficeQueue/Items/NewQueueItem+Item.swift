extension NewQueueItem {
  func validate(now: Timestamp) throws(QueueError) {
    try QueueError.requireName(queue, "queue")
    try QueueError.requireName(kind, "kind")
    try QueueError.require(priority.map((1...5).contains) ?? true, "priority", "must be 1 to 5")
    if let uniqueKey { try QueueError.requireName(uniqueKey, "uniqueKey") }
    if let limitKey { try QueueError.requireName(limitKey, "limitKey") }
    try account?.validate()
    if let subject { try QueueError.requireName(subject.kind.rawValue, "subject.kind") }
    try QueueError.require(cost >= 0, "cost", "must not be negative")
    try validateTimes(now: now)
    try validateUniqueness()
    try QueueError.requireDocument(payload, "payload")
    try QueueError.requireDocument(metadata, "metadata")
    if !tags.isEmpty { try TagList(tags).validate() }
    try validatePolicy()
  }

  private func validateTimes(now: Timestamp) throws(QueueError) {
    if let dueAt { try QueueError.requireTime(dueAt, "dueAt", now: now) }
    guard let deadlineAt else { return }
    try QueueError.requireDeadline(deadlineAt, "deadlineAt", dueAt: dueAt, now: now)
  }

  private func validateUniqueness() throws(QueueError) {
    if let window = uniqueness.window {
      try QueueError.require(
        window > .zero && window <= QueueError.horizon, "uniqueness.window",
        "must be positive and at most ten years")
    }
    if let longest = uniqueness.longestWait {
      try QueueError.requireWait(longest, "uniqueness.longestWait")
    }
    guard let throttle else { return }
    try QueueError.require(uniqueKey == nil, "throttle", "excludes a unique key; set one of them")
    try QueueError.requireName(throttle.key, "throttle.key")
    try QueueError.require(
      throttle.interval >= .milliseconds(1) && throttle.interval <= QueueError.horizon,
      "throttle.interval", "must be 1 millisecond to ten years")
  }

  /// Whether the item has a policy of its own.
  private var setsPolicy: Bool {
    maxAttempts != nil || retryDelaySeconds != nil || backOff != nil || maxRescues != nil
      || runLimitSeconds != nil || leaseExpiry != nil
  }

  private func shape(_ policy: inout ItemPolicy) {
    policy.maxAttempts = maxAttempts ?? policy.maxAttempts
    policy.retryDelaySeconds = retryDelaySeconds ?? policy.retryDelaySeconds
    policy.backOff = backOff ?? policy.backOff
    policy.maxRescues = maxRescues ?? policy.maxRescues
    policy.runLimitSeconds = runLimitSeconds ?? policy.runLimitSeconds
    policy.leaseExpiry = leaseExpiry ?? policy.leaseExpiry
  }

  private func validatePolicy() throws(QueueError) {
    guard setsPolicy else { return }
    var policy = ItemPolicy.usual
    shape(&policy)
    try policy.validate()
  }

  /// The row of the policy of the item; nil for the default policy.
  func policyKey(
    of kind: QueueCache.Kind, in batch: EnqueueTerms.BatchTerms?,
    _ transaction: borrowing WriteTransaction
  ) throws -> Int64? {
    let isTriedOnce = maxAttempts == nil && batch?.retriesFailedItems == false
    guard setsPolicy || isTriedOnce else { return kind.policyKey }
    var policy = kind.policy
    shape(&policy)
    if isTriedOnce { policy.maxAttempts = 1 }
    try policy.validate()
    return try policy.key(transaction)
  }
}

extension QueueItem {
  /// The item that a description becomes.
  init(
    _ new: NewQueueItem, id: ID<QueueItem>, policyKey: Int64?, batch: EnqueueTerms.BatchTerms?,
    payload: StoredPayload, isCounted: Bool, now: Timestamp
  ) {
    self.init(
      id: id, queue: new.queue, kind: new.kind, status: .pending, pausedFrom: nil,
      priority: new.priority ?? batch?.priority ?? 3,
      dueAt: new.dueAt ?? max(now, batch?.scheduledAt ?? now), deadlineAt: new.deadlineAt,
      policyKey: policyKey, attempts: Attempts(claims: 0, charged: 0, rescues: 0),
      run: Run(
        leaseToken: nil, leaseExpiresAt: nil, worker: nil, claimedAt: nil,
        cancelRequestedAt: nil),
      errorCode: nil, errorMessage: nil, account: new.account ?? batch?.account,
      subjectKind: new.subject?.kind, subjectID: new.subject?.id, batchID: new.batchID,
      cost: new.cost, uniqueKey: new.uniqueKey, limitKey: new.limitKey, heldBy: nil,
      isCounted: isCounted,
      times: Times(waitMicroseconds: nil, finishedAt: nil, createdAt: now, updatedAt: now),
      tagList: TagList(new.tags),
      storedMetadata: new.metadata == .emptyObject ? nil : new.metadata, storedPayload: payload,
      result: nil)
  }
}
