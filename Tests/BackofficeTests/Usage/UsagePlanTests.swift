import BackofficeStorage
import Testing

@testable import Backoffice

@Suite("Plans of usage and credits")
struct UsagePlanTests {
  @Test(
    "Hot statements use their index, without a scan or a sort",
    arguments: [
      (Credits.firstEntries, "credit_entries_customer"),
      (Credits.nextEntries, "credit_entries_customer"),
      (QueueItemCredits.ofItem, "queue_item_credits_item"),
      (QueueItemCredits.spendHeld, "queue_item_credits_item"),
      (Billing.credits, "credit_entries_period"),
      (Subscriptions.chargesOfPeriod, "subscription_charges_customer"),
      (ChargeRules.last, "subscription_charges_customer"),
      (CreditBook.active, "credit_grants_active"),
      (CreditBook.spent, "credit_grants_spent"),
      (CreditHoldParts.ofHold, "credit_hold_parts_hold"),
      (Credits.holdsDue, "credit_balances_holds_due"),
      (Credits.grantsDue, "credit_balances_grants_due"),
      (Credits.lastChange, "credit_entries_customer"),
      (CreditHoldExpiry.due, "credit_holds_expiry"),
      (UsageSums.addToRecord, "sqlite_autoindex_usage_records_1"),
      (Usage.recordState, "sqlite_autoindex_usage_records_1"),
      (Usage.recordsOfPeriod, "sqlite_autoindex_usage_records_1"),
      (Usage.newestRecords, "sqlite_autoindex_usage_records_1"),
      (Usage.warned, "usage_records_warned"),
      (Usage.firstEvents, "usage_events_customer"),
      (Usage.nextEvents, "usage_events_customer"),
      (Usage.totals, "usage_records_period"),
      (Usage.newcomers, "usage_records_period"),
    ])
  func plan(_ statement: SQLStatement, _ index: String) throws {
    let office = try UsageFixture()
    let plan = try office.store.read { try $0.queryPlan(statement.sql) }
    let text = plan.joined(separator: "\n")
    #expect(text.contains(index), "\(text)")
    #expect(!text.contains("SCAN"), "\(text)")
    #expect(!text.contains("TEMP B-TREE"), "\(text)")
  }
}
