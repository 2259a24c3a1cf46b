extension RuleSet {
  /// The rules of the queue.
  static let queue = RuleSet(
    triggers: QueueItemRules.triggers + BatchRules.triggers + [
      DependencyRules.parentEnds, DependencyRules.parentGoes, BatchCallbackRules.fire,
    ],
    derivedValues: [
      UniqueKeyHolders(), QueueHolds(), DependencyCounts(), BatchCounters(), WaitingCounts(),
      ItemTags(),
    ],
    checks: [BatchStatuses(), RewritingCheck()])
}
