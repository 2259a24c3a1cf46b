import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  static let customerOperations: [Operation] = [
    Operation("customers.create", 10) { history, transaction in
      var new = NewCustomer(
        fullName: "Name \(history.world.serial)",
        email: "c\(history.below(3000))@example.com",
        tier: history.below(8) == 0 ? nil : TierCatalogue.directoryBolt.names[history.below(3)])
      new.trialDays = history.below(3) * 7
      new.ownerID = history.below(2) == 0 ? nil : try history.any(history.world.staff)
      history.world.customers.append(try transaction.customers.create(new).id)
    },
    Operation("customers.import", 1) { history, transaction in
      let rows = (0..<4).map { _ in
        NewCustomer(fullName: "Import", email: "c\(history.below(3000))@example.com", tier: .basic)
      }
      _ = try transaction.customers.importAll(rows)
    },
    Operation("customers.update", 5) { history, transaction in
      let serial = history.world.serial
      let isMoving = history.below(3) == 0
      try transaction.customers.update(try history.customer("deleted_at IS NULL", transaction)) {
        customer in
        customer.business.companyName = "Company \(serial)"
        customer.business.requirements = "wants \(serial % 13)"
        if isMoving { customer.email = "c\(serial % 3000)@example.com" }
      }
    },
    Operation("customers.status", 12) { history, transaction in
      let statuses: [CustomerStatus] = [
        .customerCalled, .repliedToCustomer, .orderPlaced, .orderCancelled, .productDelivered,
        .businessDone, .lost,
      ]
      let customer = try history.customer("deleted_at IS NULL", transaction)
      let back = Timestamp(
        microseconds: transaction.now.microseconds - Int64(history.below(90_000_000_000)))
      try transaction.customers.changeStatus(
        of: customer, to: statuses[history.below(statuses.count)], reason: "random",
        at: history.below(4) == 0 ? back : nil)
    },
    Operation("customers.owner", 5) { history, transaction in
      try transaction.customers.assignOwner(
        of: try history.customer("deleted_at IS NULL", transaction),
        to: history.below(5) == 0 ? nil : try history.any(history.world.staff))
    },
    Operation("customers.reassignAll", 2) { history, transaction in
      _ = try transaction.customers.reassignAll(
        from: try history.any(history.world.staff), to: try history.any(history.world.staff),
        limit: 5)
    },
    Operation("customers.delete", 3) { history, transaction in
      try transaction.customers.softDelete(try history.customer("deleted_at IS NULL", transaction))
    },
    Operation("customers.restore", 6) { history, transaction in
      try transaction.customers.restore(
        try history.customer(
          "deleted_at IS NOT NULL AND anonymised_at IS NULL", transaction))
    },
    Operation("customers.purge", 1) { history, transaction in
      let customer = try history.any(history.world.customers)
      try transaction.workflows.purgeCustomer(customer)
    },
    Operation("customers.anonymise", 1) { history, transaction in
      try transaction.customers.anonymise(try history.any(history.world.customers))
    },
    Operation("customers.onboarding", 2) { history, transaction in
      try transaction.customers.advanceOnboarding(of: try history.any(history.world.customers))
    },
  ]

  static let subscriptionOperations: [Operation] = [
    Operation("subscriptions.open", 2) { history, transaction in
      try transaction.subscriptions.open(
        for: try history.customer(
          "id NOT IN (SELECT customer_id FROM subscriptions)", transaction))
    },
    Operation("subscriptions.tier", 5) { history, transaction in
      try transaction.subscriptions.changeTier(
        of: try history.subscriber("status IN ('active', 'trialing')", transaction),
        to: TierCatalogue.directoryBolt.names[history.below(3)],
        effect: history.below(3) == 0 ? .atPeriodEnd : .now)
    },
    Operation("tiers.declare", 2) { history, transaction in
      let name = TierCatalogue.directoryBolt.names[history.below(3)]
      let terms = TierTerms(
        credits: 100 * history.below(8), weight: 1 + history.below(4),
        period: history.below(3) == 0 ? .calendarMonths : .anniversaryMonths)
      try transaction.tiers.declare(
        NewTier(name, rank: history.below(5), terms: terms),
        rollout: history.below(3) == 0 ? .newSubscriptions : .renewals)
    },
    Operation("subscriptions.limit", 2) { history, transaction in
      try transaction.subscriptions.setCustomCreditLimit(
        of: try history.subscriber("status = 'active'", transaction),
        to: history.below(3) == 0 ? nil : history.below(300))
    },
    Operation("subscriptions.reset", 2) { history, transaction in
      try transaction.subscriptions.resetPeriod(
        of: try history.subscriber("status = 'active'", transaction), early: history.below(2) == 0)
    },
    Operation("subscriptions.resetDue", 2) { _, transaction in
      _ = try transaction.subscriptions.resetDuePeriods()
    },
    Operation("subscriptions.convert", 4) { history, transaction in
      try transaction.subscriptions.convertTrial(
        of: try history.subscriber("status = 'trialing'", transaction))
    },
    Operation("subscriptions.endTrials", 1) { _, transaction in
      _ = try transaction.subscriptions.endDueTrials()
    },
    Operation("subscriptions.cancel", 2) { history, transaction in
      let customer = try history.subscriber("status = 'active'", transaction)
      if history.below(3) == 0 {
        try transaction.subscriptions.cancelNow(of: customer)
      } else {
        try transaction.subscriptions.cancelAtPeriodEnd(of: customer)
      }
    },
    Operation("subscriptions.reactivate", 2) { history, transaction in
      try transaction.subscriptions.reactivate(
        of: try history.subscriber(
          "cancel_at_period_end = 1 OR status = 'cancelled'", transaction))
    },
    Operation("subscriptions.event", 3) { history, transaction in
      let kinds = ProviderEvent.Kind.allCases
      let customer = try history.subscriber("1", transaction)
      var event = ProviderEvent(
        id: "evt \(history.below(400))", kind: kinds[history.below(kinds.count)],
        occurredAt: transaction.now, customer: customer)
      if history.below(3) == 0 { event.tier = TierCatalogue.directoryBolt.names[history.below(3)] }
      _ = try transaction.subscriptions.applyProviderEvent(event)
    },
  ]
}
