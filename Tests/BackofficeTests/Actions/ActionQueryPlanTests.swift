import Testing

@testable import Backoffice

@Suite("Actions: query plans of hot statements")
struct ActionQueryPlanTests {
  static let indexes = [
    (Actions.openInOrder, "pending_actions_open"),
    (Actions.byStatus, "pending_actions_status"),
    (Actions.byAssistant, "pending_actions_assistant"),
    (Actions.byCustomer, "pending_actions_customer"),
    (Actions.bySubject, "pending_actions_subject"),
    (Actions.kindByName, "sqlite_autoindex_action_kinds"),
    (Workflows.openActions, "pending_actions_subject"),
    (Workflows.openActions, "pending_actions_customer"),
    (Workflows.eraseActions, "pending_actions_subject"),
    (Actions.overdueInOrder, "pending_actions_deadline"),
    (Actions.unverified, "pending_actions_verification"),
    (Actions.followUps, "pending_actions_follow_up"),
    (Actions.latestOfItem, "pending_actions_queue_item"),
    (Actions.pendingInOrder, "pending_actions_status"),
    (Actions.pendingInOrder, "action_offers_open"),
    (Actions.pendingWithoutOffer, "pending_actions_status"),
    (Actions.pendingWithoutOffer, "action_offers_open"),
    (Actions.openOfferOf, "action_offers_open"), (Actions.lapsedOffers, "action_offers_expiring"),
    (Actions.nextLapse, "action_offers_expiring"),
    (Actions.offersOfAction, "action_offers_action"),
    (Actions.offersOfAssistant, "action_offers_assistant"),
    (OfferRound.latest, "action_offers_action"), (OfferRules.withdrawOpen, "action_offers_open"),
    (Actions.toLookAt, "action_skills_look"),
    (ActionNeeds.lastHolder, "action_assignments_action"),
    (Assistants.actionsInStatus, "pending_actions_assistant"),
    (ActionNeeds.required, "sqlite_autoindex_action_skills"),
    (Actions.unescalated, "pending_actions_unescalated"),
    (AssistantRoom.statement, "pending_actions_load"),
    (AssistantRoom.statement, "action_offers_load"),
    (AssistantPool.one, "pending_actions_load"), (AssistantPool.one, "action_offers_load"),
    (AssistantPool.one, "action_assignments_assistant"),
    (Plans.byStatus, "plans_status"), (Plans.byCustomer, "plans_customer"),
    (Plans.itemsOf, "sqlite_autoindex_plan_items"), (Plans.lapsed, "plans_status"),
    (WaitingForPersonRules.cancelOpen, "pending_actions_open_item"),
    (PlanWorkRules.finishItem, "plan_items_queue_item"),
  ]

  @Test("Each uses its index, without a scan or a sort")
  func plans() throws {
    let office = try Office()
    for (statement, index) in Self.indexes {
      let plan = try office.store.read { try $0.queryPlan(statement.sql) }
      #expect(plan.contains { $0.contains(index) }, "\(index): \(plan)")
      #expect(
        !plan.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") },
        "\(index): \(plan)")
    }
  }

  @Test("A decision scans only the assistants, in the order of their handles")
  func pool() throws {
    let office = try Office()
    let plan = try office.store.read { try $0.queryPlan(AssistantPool.all.sql) }
    #expect(plan.filter { $0.hasPrefix("SCAN") }.count == 1, "\(plan)")
    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    for index in ["pending_actions_load", "action_offers_load"] {
      #expect(plan.contains { $0.contains("COVERING INDEX \(index)") }, "\(plan)")
    }
  }
}
