import Backoffice
import BackofficeTesting
import Testing

@Suite("Weights in fair scheduling by subscription")
struct SubscriptionWeightTests {
  @Test("A customer's weight follows the tier, for every kind of change")
  func follows() throws {
    let test = try TestStore()
    let store = test.store
    let ids = try TierCatalogue.directoryBolt.names.map { tier in
      try store.customers.create(
        NewCustomer(fullName: "\(tier)", email: "\(tier)@example.com", tier: tier)
      ).id
    }
    func weights() throws -> [Int] { try ids.map { try store.queues.weight(of: Account($0)) } }
    #expect(try weights() == [1, 2, 4])
    try store.subscriptions.changeTier(of: ids[0], to: .enterprise)
    try store.subscriptions.changeTier(of: ids[2], to: .basic)
    #expect(try weights() == [4, 2, 1])
    try store.write { transaction in
      _ = try transaction.execute(
        sql: "UPDATE subscriptions SET tier = 'pro' WHERE customer_id = ?", ids[0])
    }
    #expect(try weights() == [2, 2, 1])
    #expect(try store.check() == [])
  }

  @Test("A wrong weight is reported and rebuilt from the subscription")
  func rebuilt() throws {
    let test = try TestStore()
    let id = try test.store.customers.create(
      NewCustomer(fullName: "Ada", email: "ada@example.com", tier: .pro)
    ).id
    try test.store.queues.setWeight(7, of: Account(id))
    #expect(try test.store.check().map(\.check) == ["queue_weights.subscriptions"])
    #expect(try test.store.rebuild() == ["queue_weights.subscriptions": 1])
    #expect(try test.store.queues.weight(of: Account(id)) == 2)
    #expect(try test.store.check() == [])
  }
}
