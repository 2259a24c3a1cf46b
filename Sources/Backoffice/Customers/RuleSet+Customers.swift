extension RuleSet {
  /// The rules of the customers room.
  static let customers = RuleSet(
    triggers: CustomerRules.triggers, derivedValues: [CustomerSearchIndex()],
    checks: [StatusHistoryCheck(.customer, table: "customers", hasPipeline: true)])
}
