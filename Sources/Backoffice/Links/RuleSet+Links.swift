extension RuleSet {
  /// The rules that link the rooms to each other and to the queue.
  static let links = RuleSet(
    triggers: MergedCustomerRules.triggers + AccountRules.triggers + [
      CustomerOwners.usable, CustomerOwners.leaving, CustomerSubscriptions.deleted,
      CustomerSubscriptions.anonymised,
      QueueItemCredits.move, CompletionMeters.count, LeaseExpiryRules.ask,
      BatchHistory.trigger,
    ] + WaitingForPersonRules.triggers + PlanWorkRules.triggers,
    derivedValues: [SubscriptionTerms(), SubscriptionWeights()],
    checks: [
      AccountsCheck(), MergedCustomerRules.check, QueueItemCreditsCheck(), .waitingItems,
      StatusHistoryCheck(.batch, table: "batches"),
    ])
}
