extension RuleSet {
  /// The rules of the queue room.
  ///
  /// Attempts and times come before the batches, which add up what those have mended.
  static let queue = RuleSet(
    triggers: [
      QueueItemRules.begins, QueueItemRules.moves, QueueItemRules.inserted,
      QueueItemRules.insertedRunning, QueueItemRules.updatedAt,
      BatchRules.history, BatchRules.stop, BatchRules.updatedAt,
      DependencyRules.parentEnds, DependencyRules.parentGoes, BatchCallbackRules.fire,
    ],
    derivedValues: [
      QueueHolds(), DependencyCounts(), BatchCounters(), QueueCounts(), ItemTags(),
    ],
    checks: [
      OpenAttempts(), BatchStatuses(), StatusHistoryCheck(.batch, table: "batches"),
    ])
}
