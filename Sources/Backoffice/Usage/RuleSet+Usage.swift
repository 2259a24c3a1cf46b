extension RuleSet {
  /// The rules of the usage room.
  static let usage = RuleSet(
    triggers: CreditTermRules.triggers + CreditHoldRules.triggers,
    derivedValues: [CreditGrantSums(), CreditBalances(), UsageDays(), UsageSums()],
    checks: [CreditHoldsCheck(), CreditLedgerCheck(), .creditGrants, BillingPeriodRules.check])
}
