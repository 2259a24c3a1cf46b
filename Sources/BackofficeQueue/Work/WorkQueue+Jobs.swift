extension NewQueueItem {
  /// Describes a job, as its type prepares it.
  ///
  /// - Throws: `EncodingError` when the payload cannot be encoded.
  public init<J: Job>(_ job: J) throws {
    self.init(kind: J.kind, payload: try JSONText(encoding: job))
    job.prepare(&self)
  }
}

extension WorkQueue {
  /// Enqueues a job.
  ///
  /// - Parameters:
  ///   - job: the job.
  ///   - shape: changes this item, such as its priority or due time, after its type has prepared
  ///     it.
  /// - Throws: `EncodingError` when the payload cannot be encoded, and as
  ///   ``enqueue(_:)-(NewQueueItem)``.
  /// - Complexity: O(log n) in the size of the queue.
  @discardableResult
  public func enqueue(
    _ job: some Job, _ shape: (inout NewQueueItem) -> Void = { _ in }
  ) throws -> EnqueueResult {
    var item = try NewQueueItem(job)
    shape(&item)
    return try enqueue(item)
  }

  /// Enqueues jobs in one transaction: all of them, or none.
  ///
  /// - Parameters:
  ///   - jobs: the jobs.
  ///   - shape: changes each item after its type has prepared it.
  /// - Returns: a result per job, in the order given.
  /// - Throws: as ``enqueue(_:_:)-(Job,_)``.
  @discardableResult
  public func enqueue<J: Job>(
    _ jobs: [J], _ shape: (J, inout NewQueueItem) -> Void = { _, _ in }
  ) throws -> [EnqueueResult] {
    try enqueue(
      jobs.map { job in
        var item = try NewQueueItem(job)
        shape(job, &item)
        return item
      })
  }

  /// Enqueues a flow in one transaction: all steps, or none.
  ///
  /// - Returns: the items by the names of their steps.
  /// - Throws: ``DependencyError/cyclicFlow(_:)``, ``DependencyError/unknownStep(_:in:)``,
  ///   ``DependencyError/duplicateStep(_:)``, ``DependencyError/duplicateWork(step:of:)`` when the
  ///   work of a step is already in the queue, and as ``enqueue(_:)-(NewQueueItem)``.
  /// - Complexity: O((s + d) log n) for s steps and d dependencies.
  @discardableResult
  public func enqueue(_ flow: QueueFlow) throws -> [String: ID<QueueItem>] {
    let steps = try flow.ordered()
    return try access.write { transaction in
      var ids: [String: ID<QueueItem>] = [:]
      for step in steps {
        let result = try transaction.queue.enqueue(step.item)
        guard case .enqueued(let id) = result else {
          throw DependencyError.duplicateWork(step: step.name, of: result.id)
        }
        try Self.depend(id, on: step.after.compactMap { ids[$0] }, step.policy, transaction)
        ids[step.name] = id
      }
      return ids
    }
  }
}

extension QueueItem {
  /// The payload of the item, decoded as a job.
  ///
  /// - Throws: ``JobError/otherKind(item:found:expected:)``,
  ///   ``JobError/undecodablePayload(item:kind:reason:)``.
  public func job<J: Job>(_ type: J.Type = J.self) throws(JobError) -> J {
    try require(type)
    do {
      return try payload.decode(type)
    } catch {
      throw .undecodablePayload(item: id, kind: kind, reason: Self.reason(error))
    }
  }

  /// The result of the handler, or nil if the item is not completed or has no result.
  ///
  /// - Throws: ``JobError/otherKind(item:found:expected:)``,
  ///   ``JobError/undecodableResult(item:kind:reason:)``.
  public func result<J: Job>(of type: J.Type) throws(JobError) -> J.Result? {
    try require(type)
    guard status == .completed, J.Result.self != NoResult.self, let result else { return nil }
    do {
      return try result.decode(J.Result.self)
    } catch {
      throw .undecodableResult(item: id, kind: kind, reason: Self.reason(error))
    }
  }

  private func require<J: Job>(_ type: J.Type) throws(JobError) {
    guard kind == J.kind else {
      throw .otherKind(item: id, found: kind, expected: J.kind)
    }
  }

  private static func reason(_ error: any Error) -> String {
    (error as? DecodingError)?.place ?? "it does not decode"
  }
}
