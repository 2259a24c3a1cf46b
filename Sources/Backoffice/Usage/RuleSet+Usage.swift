extension RuleSet {
  /// The rules of the usage room.
  static let usage = RuleSet(
    triggers: CreditTermRules.triggers + CreditHoldRules.triggers,
    derivedValues: [CreditBalances(), UsageSums()],
    checks: [CreditHoldsCheck(), CreditLedgerCheck(), BillingPeriodRules.check])
}
