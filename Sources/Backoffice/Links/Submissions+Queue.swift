extension Submissions {
  /// Puts an item into the queue together with what is particular to its submission.
  ///
  /// Where another item holds the unique key and took over what the rule says, it takes over this too.
  ///
  /// - Throws: as `BackofficeQueue/WorkQueue/enqueue(_:)-(NewQueueItem)`,
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
