import Testing

@testable import Backoffice

@Suite("Query plans of customers")
struct CustomerPlanTests {
  @Test(
    "A hot statement uses its index, without a scan or a sort",
    arguments: [
      (Customers.byEmail, "customers_email"), (Customers.byPhone, "customers_phone"),
      (Customers.byDeletedEmail, "customers_deleted_email"),
      (Customers.byDeletedPhone, "customers_deleted_phone"),
      (Customers.byExternalID, "customers_external_id"),
      (Customers.byProviderCustomer, "sqlite_autoindex_subscriptions_3"),
      (Customers.ofStatus, "customers_status_created"), (Customers.ofOwner, "customers_owner"),
      (Customers.ofAll, "customers_created"), (Customers.ofDeleted, "customers_deleted"),
      (Customers.ofTier, "subscriptions_tier"), (Customers.expired, "customers_deleted"),
      (Subscriptions.byCustomer, "sqlite_autoindex_subscriptions_2"),
      (Subscriptions.byProviderSubscription, "sqlite_autoindex_subscriptions_4"),
      (Subscriptions.ofTier, "subscriptions_tier"),
      (Tiers.byName, "sqlite_autoindex_tiers_1"),
      (Tiers.versionsOf, "sqlite_autoindex_tier_versions_1"),
      (Tiers.ofCustomer, "sqlite_autoindex_subscriptions_2"),
      (Subscriptions.trialsOver, "subscriptions_trial_end"),
      (Subscriptions.trialsBefore, "subscriptions_trial_end"),
      (Subscriptions.periodsOver, "subscriptions_period_end"),
      (Subscriptions.endingsOver, "subscriptions_ending"),
      (Subscriptions.graceOver, "subscriptions_grace"),
      (Subscriptions.periodsBefore, "subscriptions_period_end"),
      (Staff.byPhone, "staff_phone"), (Staff.byEmail, "staff_email"),
    ] as [(SQLStatement, String)])
  func plan(_ statement: SQLStatement, _ index: String) throws {
    let store = try CustomersFixture().store
    let plan = try store.read { try $0.queryPlan(statement.sql) }
    let text = plan.joined(separator: "\n")
    #expect(text.contains("INDEX \(index) "), "\(text)")
    #expect(!text.contains("SCAN") && !text.contains("TEMP B-TREE"), "\(text)")
  }

  @Test("A search uses the full-text index and its ranking")
  func search() throws {
    let store = try CustomersFixture().store
    let plan = try store.read { try $0.queryPlan(Customers.matches.sql) }
    #expect(plan.count == 1)
    #expect(plan.first?.contains("customers_search VIRTUAL TABLE INDEX") == true)
  }

  @Test("A query becomes quoted word prefixes")
  func expression() {
    #expect(Customers.searchExpression("ada  love\"lace") == #""ada" * "love lace" *"#)
    #expect(Customers.searchExpression("- \" *") == nil)
  }
}
