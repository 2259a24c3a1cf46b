import Backoffice
import BackofficeAnalytics
import BackofficeMigrations
import Testing

/// The enums on which the code branches, and the columns that the schema restricts to their words.
@Suite("Words of the schema")
struct ClosedWordTests {
  /// A restricted column, and the words that the code knows.
  struct Column: Sendable, CustomTestStringConvertible {
    let table: String
    let name: String
    let words: Set<String>

    init<Word: CaseIterable & RawRepresentable<String>>(
      _ table: String, _ name: String, _ type: Word.Type
    ) {
      self.table = table
      self.name = name
      words = Set(type.allCases.map(\.rawValue))
    }

    var testDescription: String { "\(table).\(name)" }
  }

  static let columns = [
    Column("queue_items", "status", QueueItem.Status.self),
    Column("queue_attempts", "outcome", QueueAttempt.Outcome.self),
    Column("queue_policies", "backoff", BackOff.Growth.self),
    Column("queue_policies", "lease_expiry", LeaseExpiryPolicy.self),
    Column("queue_limits", "scope", QueueLimit.Scope.self),
    Column("queue_dependencies", "on_failure", QueueDependency.Policy.self),
    Column("queue_schedules", "missed_policy", QueueSchedule.MissedPolicy.self),
    Column("batches", "status", Batch.Status.self),
    Column("batch_callbacks", "event", BatchCallback.Event.self),
    Column("subscriptions", "status", SubscriptionStatus.self),
    Column("tier_versions", "period", TierPeriod.self),
    Column("credit_balances", "billing_period", TierPeriod.self),
    Column("tier_versions", "rollout", TierRollout.self),
    Column("submissions", "status", SubmissionStatus.self),
    Column("directories", "priority_tier", Directory.PriorityTier.self),
    Column("pending_actions", "status", ActionStatus.self),
    Column("action_offers", "status", ActionOffer.Status.self),
    Column("plans", "status", PlanStatus.self),
    Column("plan_items", "status", PlanItemStatus.self),
    Column("usage_records", "period_kind", UsagePeriodKind.self),
    Column("usage_answers", "period_kind", UsagePeriodKind.self),
    Column("subscription_charges", "kind", SubscriptionCharge.Kind.self),
    Column("credit_grants", "state", CreditGrant.State.self),
    Column("credit_grants", "recurrence", CreditRecurrence.self),
    Column("credit_holds", "state", CreditHold.State.self),
    Column("credit_entries", "kind", CreditEntryKind.self),
  ]

  @Test("The schema accepts the words of the enum and no others", arguments: columns)
  func words(_ column: Column) throws {
    let store = try BackofficeStore(.memory, packs: [OfficePack(), AnalyticsPack()])
    let definition = try store.read { transaction in
      try transaction.fetchOne(
        sql: "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", column.table
      ) { row in try row.value(at: 0, as: String.self) }
    }
    let text = try #require(definition)
    #expect(words(of: column.name, in: text) == column.words)
  }

  /// The words of the first check that a column declares on itself.
  private func words(of column: String, in definition: String) -> Set<String> {
    let lines = definition.split(separator: "\n")
    guard
      let first = lines.firstIndex(where: { line in
        line.split(separator: " ").first.map(String.init) == column && line.contains("CHECK (")
      })
    else { return [] }
    let rest = lines[first...].joined(separator: " ")
    guard let start = rest.firstRange(of: "CHECK (") else { return [] }
    var depth = 1
    let check = rest[start.upperBound...].prefix { character in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return depth > 0
    }
    let parts = check.split(separator: "'", omittingEmptySubsequences: false)
    return Set(parts.indices.filter { !$0.isMultiple(of: 2) }.map { String(parts[$0]) })
  }
}
