import BackofficeTesting
import Testing

@testable import Backoffice

@Suite("Query plans of the submissions room")
struct SubmissionPlanTests {
  static let plans: [(String, SQLStatement)] = [
    ("directories_rating", Directories.byRating),
    ("directories_success", Directories.bySuccess),
    ("directories_category", Directories.byCategory),
    ("directories_tier", Directories.byPriority),
    ("directories_tier", Directories.eligibleOfTier),
    ("submissions_live", Directories.eligibleOfTier),
    ("submissions_live", Submissions.live),
    ("submissions_queue_item", Submissions.byQueueItem),
    ("submissions_external", Submissions.byExternalID),
    ("submissions_customer_created", Submissions.ofCustomer),
    ("submissions_customer", Submissions.ofCustomerByStatus),
    ("submissions_directory_created", Submissions.ofDirectory),
    ("submissions_directory", Submissions.ofDirectoryByStatus),
    ("submissions_status", Submissions.ofStatus),
    ("submissions_waiting", Submissions.overdueStatement),
    ("submissions_expiry", Submissions.expirable),
    ("submissions_follow_up", Submissions.followUpsDueStatement),
    ("submissions_maintenance", Submissions.maintenanceDueStatement),
  ]

  @Test("Every hot statement uses its index and does not sort", arguments: plans.indices)
  func plan(index: Int) throws {
    let (name, statement) = Self.plans[index]
    let store = try TestStore().store
    let plan = try store.read { try $0.queryPlan(statement.sql) }.joined(separator: "\n")
    #expect(plan.contains("INDEX \(name) "), "\(plan)")
    #expect(!plan.contains("SCAN"), "\(plan)")
    #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
  }

  @Test("A change of a submission costs one index lookup of its directory, not a recount")
  func counters() throws {
    let store = try TestStore().store
    let plan = try store.read {
      try $0.queryPlan("UPDATE directories SET rejected_count = rejected_count + 1 WHERE id = ?")
    }
    #expect(plan.count == 1)
    #expect(plan.first?.contains("SEARCH directories USING INDEX") == true)
  }
}
