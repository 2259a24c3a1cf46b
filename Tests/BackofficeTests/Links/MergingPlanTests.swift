import BackofficeTesting
import Testing

@testable import Backoffice

@Suite("Query plans of a merge")
struct MergingPlanTests {
  @Test(
    "A statement of a merge reads the rows of its customers by an index",
    arguments: [
      (CustomerMerging.moveItems, "queue_items_account"),
      (CustomerMerging.moveItemSubjects, "queue_items_subject"),
      (CustomerMerging.moveBatches, "batches_account"),
      (CustomerMerging.moveSchedules, "queue_schedules_account"),
      (CustomerMerging.moveSubmissions, "submissions_live"),
      (CustomerMerging.moveActions, "pending_actions_customer"),
      (CustomerMerging.moveSubjects, "pending_actions_subject"),
      (CustomerMerging.movePlans, "plans_customer"),
      (CustomerMerging.moveEntries, "credit_entries_customer"),
      (CustomerMerging.addUp, "credit_entries_customer"),
      (CustomerMerging.moveHolds, "credit_holds_customer"),
      (CustomerMerging.moveGrants, "credit_grants_customer"),
      (CustomerMerging.moveUses, "credit_uses_customer"),
      (CustomerMerging.moveCharges, "subscription_charges_customer"),
      (CustomerMerging.moveEvents, "usage_events_customer"),
      (CustomerMerging.moveAnswers, "usage_answers_customer"),
      (CustomerMerging.moveRecords, "sqlite_autoindex_usage_records_1"),
      (CustomerMerging.shared, "sqlite_autoindex_usage_records_1"),
      (Customers.mergeOf, "sqlite_autoindex_customer_merges_1"),
      (Customers.mergesInto, "customers_merged"),
      (Customers.byMergedEmail, "customers_deleted_email"),
      (Customers.byMergedPhone, "customers_deleted_phone"),
      (Customers.mergedInto, "sqlite_autoindex_customers_1"),
      (CustomerRules.deletedWithEmail, "customers_deleted_email"),
      (CustomerRules.deletedWithPhone, "customers_deleted_phone"),
    ] as [(SQLStatement, String)])
  func plan(_ statement: SQLStatement, _ index: String) throws {
    let store = try TestStore().store
    let text = try store.read { try $0.queryPlan(statement.sql) }.joined(separator: "\n")
    #expect(text.contains("INDEX \(index) "), "\(text)")
    #expect(!text.contains("SCAN queue_items") && !text.contains("SCAN customers"), "\(text)")
  }
}
