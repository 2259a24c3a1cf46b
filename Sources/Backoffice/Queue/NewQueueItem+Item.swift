import BackofficeStorage

extension NewQueueItem {
  func validate(now: Timestamp) throws(QueueError) {
    func require(
      _ isValid: Bool, _ field: String, _ reason: String
    ) throws(QueueError) {
      guard isValid else { throw .invalid(field: field, reason: reason) }
    }
    try require(!queue.isEmpty, "queue", "it has no name")
    try require(!kind.isEmpty, "kind", "it has no name")
    try require(priority.map((1...5).contains) ?? true, "priority", "it lies in 1 to 5")
    try require(uniqueKey?.isEmpty != true, "uniqueKey", "it is empty; use nil for none")
    try require(limitKey?.isEmpty != true, "limitKey", "it is empty; use nil for none")
    try require(credits >= 0, "credits", "they are negative")
    try require((maxAttempts ?? 1) >= 1, "maxAttempts", "at least one is needed")
    try require((maxRescues ?? 0) >= 0, "maxRescues", "it is negative")
    try QueueError.requireSeconds(retryDelaySeconds ?? 0, from: 0, "retryDelaySeconds")
    try QueueError.requireSeconds(runLimitSeconds ?? 1, from: 1, "runLimitSeconds")
    try require(
      (1...10).contains(submission.formComplexity), "formComplexity", "it lies in 1 to 10")
    if let backOff { try backOff.validate() }
    try validateTimes(now: now)
    try validateUniqueness()
    try validateDocuments()
    try documents.validateTags()
  }

  private func validateTimes(now: Timestamp) throws(QueueError) {
    for (field, time) in [("dueAt", dueAt), ("deadlineAt", deadlineAt)] {
      guard let time else { continue }
      guard time.microseconds >= 0, time <= now + QueueError.horizon else {
        throw .invalid(
          field: field, reason: "it lies between 1970 and ten years from now; check its unit")
      }
    }
    guard let deadlineAt else { return }
    guard deadlineAt > max(now, dueAt ?? now) else {
      throw .invalid(field: "deadlineAt", reason: "it passes before the item can be claimed")
    }
  }

  private func validateUniqueness() throws(QueueError) {
    if let window = uniqueness.window, window <= .zero || window > QueueError.horizon {
      throw .invalid(
        field: "uniqueness.window", reason: "it is longer than nothing and at most ten years")
    }
    guard let throttle else { return }
    guard uniqueKey == nil, !throttle.key.isEmpty else {
      throw .invalid(
        field: "throttle", reason: "it needs a key of its own, and excludes a unique key")
    }
    guard throttle.interval >= .milliseconds(1), throttle.interval <= QueueError.horizon else {
      throw .invalid(
        field: "throttle.interval", reason: "it lies in a millisecond to ten years")
    }
  }

  private func validateDocuments() throws(QueueError) {
    for (field, document) in [
      ("payload", payload), ("submissionData", documents.submissionData),
      ("businessData", documents.businessData), ("proof", documents.proof),
      ("tags", documents.tags), ("metadata", documents.metadata),
    ] where document.text.utf8.count > WorkQueue.largestDocument {
      throw .invalid(
        field: field, reason: "it is longer than 1 MiB; store it elsewhere and name it here")
    }
  }
}

extension QueueItem {
  init(
    _ new: NewQueueItem, id: ID<QueueItem>, policy: KindPolicy, terms: EnqueueTerms.BatchTerms?,
    now: Timestamp
  ) {
    let dueAt = new.dueAt ?? max(now, terms?.scheduledAt ?? now)
    var uniqueness = Uniqueness()
    if new.throttle != nil {
      uniqueness.states = .always
    } else if new.uniqueKey != nil {
      uniqueness.states = new.uniqueness.states
      uniqueness.until = new.uniqueness.window.map { window in
        (new.uniqueness.windowBeginsWhenDue ? max(now, dueAt) : now) + window
      }
    }
    self.init(
      id: id, queue: new.queue, kind: new.kind, status: .pending,
      priority: new.priority ?? terms?.priority ?? 3, dueAt: dueAt, deadlineAt: new.deadlineAt,
      run: Run(limitSeconds: new.runLimitSeconds ?? policy.runLimitSeconds),
      attempts: Attempts(
        claims: 0, charged: 0,
        maximum: new.maxAttempts
          ?? (terms?.retriesFailedItems == false ? 1 : policy.maxAttempts),
        retryDelaySeconds: new.retryDelaySeconds ?? policy.retryDelaySeconds, rescues: 0,
        maximumRescues: new.maxRescues ?? policy.maxRescues, snoozes: 0,
        backOff: new.backOff ?? policy.backOff, lostLease: new.lostLease ?? policy.lostLease),
      uniqueKey: new.uniqueKey, uniqueness: uniqueness,
      customerID: new.customerID ?? terms?.customerID, directoryID: new.directoryID,
      batchID: new.batchID, credits: new.credits, creditState: .none, progress: 0,
      times: Times(createdAt: now, updatedAt: now), submission: new.submission,
      payload: new.payload, limitKey: new.limitKey, documents: new.documents)
  }
}
