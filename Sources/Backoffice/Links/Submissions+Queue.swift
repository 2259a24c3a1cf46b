extension Submissions {
  /// Enqueues an item together with its submission data.
  ///
  /// If another item has the unique key and is updated according to the uniqueness rule, its
  /// submission data are updated as well.
  ///
  /// - Throws: the errors of `BackofficeQueue/WorkQueue/enqueue(_:)-(NewQueueItem)`,
  ///   ``SubmissionError/outOfRange(field:value:allowed:)``,
  ///   ``SubmissionError/wrongShape(field:expected:)``.
  /// - Complexity: O(log n) in the size of the queue.
  @discardableResult
  public func enqueue(_ item: NewQueueItem, work: SubmissionWork) throws -> EnqueueResult {
    try access.write { transaction in
      let result = try transaction.queue.enqueue(item)
      switch result {
      case .enqueued(let id), .updated(let id): try Self.put(work, of: id, transaction)
      case .duplicate: break
      }
      return result
    }
  }
}
