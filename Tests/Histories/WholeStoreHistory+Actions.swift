import Backoffice
import BackofficeTesting

extension WholeStoreHistory {
  static let actionOperations: [Operation] = [
    Operation("actions.create", 5) { history, transaction in
      let kinds = ActionKindDefinition.directoryChores.map(\.name)
      var new = NewAction(
        kinds[history.below(kinds.count)], title: "Solve it", customerID: try history.customer(),
        priority: 1 + history.below(5))
      if history.below(4) == 0 { new.assistantID = try history.any(history.world.assistants) }
      if history.below(3) == 0 { new.requiresVerification = true }
      if history.below(4) == 0 { new.submissionID = try? history.any(history.world.submissions) }
      if history.below(2) == 0 { new.weight = 1 + history.below(40) }
      if history.below(3) == 0 { new.requiredSkills = history.requiredSkills() }
      if history.below(6) == 0 {
        new.customerID = nil
        new.subject = EntityReference("deal", transaction.makeID(AnyEntity.self))
      }
      history.world.actions.append(try transaction.actions.create(new).id)
    },
    Operation("actions.assign", 12) { history, transaction in
      switch history.below(4) {
      case 0:
        try transaction.actions.assignAutomatically(
          try history.action("status = 'pending'", transaction))
      case 1: _ = try transaction.actions.assignPending(limit: 3)
      case 2:
        try transaction.actions.assign(
          try history.action("finished_at IS NULL", transaction),
          to: try history.any(history.world.assistants), overriding: true)
      default:
        try transaction.actions.claim(
          try history.action("status = 'pending'", transaction),
          by: try history.any(history.world.assistants))
      }
    },
    Operation("actions.start", 8) { history, transaction in
      try transaction.actions.start(try history.action("status = 'assigned'", transaction))
    },
    Operation("actions.complete", 10) { history, transaction in
      try transaction.actions.complete(
        try history.action("status IN ('assigned', 'in_progress')", transaction),
        quality: history.below(2) == 0 ? nil : 1 + history.below(5))
    },
    Operation("actions.fail", 3) { history, transaction in
      try transaction.actions.fail(
        try history.action("status = 'in_progress'", transaction), error: "no",
        retryAfter: history.below(2) == 0 ? nil : .minutes(5))
    },
    Operation("actions.cancel", 2) { history, transaction in
      try transaction.actions.cancel(try history.action("finished_at IS NULL", transaction))
    },
    Operation("actions.wait", 3) { history, transaction in
      if history.below(2) == 0 {
        try transaction.actions.block(
          try history.action("status IN ('assigned', 'in_progress')", transaction), reason: "waits")
      } else {
        try transaction.actions.waitForCustomer(
          try history.action("status IN ('assigned', 'in_progress')", transaction))
      }
    },
    Operation("actions.goOn", 6) { history, transaction in
      if history.below(2) == 0 {
        try transaction.actions.unblock(try history.action("status = 'blocked'", transaction))
      } else {
        try transaction.actions.customerResponded(
          try history.action("status = 'requires_customer'", transaction), response: "yes")
      }
    },
    Operation("actions.release", 2) { history, transaction in
      try transaction.actions.release(
        try history.action("status IN ('assigned', 'in_progress')", transaction),
        excludingAssistant: history.below(3) == 0)
    },
    Operation("actions.judge", 4) { history, transaction in
      if history.below(2) == 0 {
        try transaction.actions.verify(
          try history.action("status = 'completed' AND requires_verification = 1", transaction),
          quality: 1 + history.below(5))
      } else {
        try transaction.actions.refuse(
          try history.action("status = 'completed' AND requires_verification = 1", transaction),
          notes: "again")
      }
    },
    Operation("actions.reopen", 2) { history, transaction in
      try transaction.actions.reopen(try history.action("status = 'failed'", transaction))
    },
    Operation("assistants.change", 3) { history, transaction in
      let person = try history.any(history.world.assistants)
      switch history.below(4) {
      case 0: try transaction.assistants.setAvailable(history.below(3) > 0, for: person)
      case 1: try transaction.assistants.setActive(history.below(3) > 0, for: person)
      case 2: try transaction.assistants.rateSatisfaction(1 + history.below(5), of: person)
      default: try transaction.assistants.rateAsSupervisor(1 + history.below(5), of: person)
      }
    },
  ]

  static let offerOperations: [Operation] = [
    Operation("offers.make", 8) { history, transaction in
      let time = Duration.seconds(60 + history.below(6000))
      switch history.below(3) {
      case 0:
        guard !(try transaction.actions.offerPending(for: time, limit: 3)).isEmpty else {
          throw Idle()
        }
      case 1:
        _ = try transaction.actions.offerAutomatically(
          try history.action("status = 'pending'", transaction), for: time)
      default:
        try transaction.actions.offer(
          try history.action("status = 'pending'", transaction),
          to: try history.any(history.world.assistants), for: time)
      }
    },
    Operation("offers.answer", 10) { history, transaction in
      switch history.below(4) {
      case 0: _ = try transaction.actions.decline(try history.offer(transaction))
      case 1: try transaction.actions.withdraw(try history.offer(transaction), reason: "no")
      default: try transaction.actions.accept(try history.offer(transaction))
      }
    },
    Operation("offers.expire", 6) { history, transaction in
      let sweep = try transaction.actions.expireOffers(limit: 1 + history.below(4))
      if sweep.expired.isEmpty { throw Idle() }
    },
    Operation("skills.change", 4) { history, transaction in
      let person = try history.any(history.world.assistants)
      switch history.below(4) {
      case 0: try transaction.assistants.addSkills([history.skill()], to: person)
      case 1: try transaction.assistants.removeSkills([history.skill()], from: person)
      case 2:
        try transaction.actions.setRequiredSkills(
          history.requiredSkills(), of: try history.action("status = 'pending'", transaction))
      default:
        try transaction.actions.setRequiredSkills(
          history.below(2) == 0 ? [] : history.requiredSkills(),
          ofKind: history.below(2) == 0 ? .smsVerification : .emailVerification)
      }
    },
    Operation("skills.relax", 5) { history, transaction in
      if try transaction.actions.relaxSkills(limit: 1 + history.below(5)).isEmpty { throw Idle() }
    },
    Operation("actions.escalate", 5) { history, transaction in
      let handovers: [ActionEscalation.Handover] = [.never, .unstarted, .always]
      let escalation = ActionEscalation(
        raisesPriorityBy: history.below(3), handover: handovers[history.below(3)])
      if try transaction.actions.escalateOverdue(escalation, limit: 1 + history.below(3)).isEmpty {
        throw Idle()
      }
    },
    Operation("actions.reweigh", 3) { history, transaction in
      let action = try history.action("finished_at IS NULL", transaction)
      if history.below(2) == 0 {
        try transaction.actions.setWeight(1 + history.below(60), of: action)
      } else {
        try transaction.actions.setDeadline(
          transaction.now + .hours(history.below(40) - 10), of: action)
      }
    },
    Operation("assistants.capacity", 2) { history, transaction in
      let capacity = history.below(2) == 0 ? nil : 1 + history.below(90)
      try transaction.assistants.update(try history.any(history.world.assistants)) {
        $0.capacity = capacity
      }
    },
  ]

  static let planOperations: [Operation] = [
    Operation("plans.submit", 2) { history, transaction in
      let items = (0..<(1 + history.below(3))).map { number in
        NewPlan.Item(title: "change \(number)", inverse: history.below(3) == 0 ? nil : .emptyObject)
      }
      let mode = Workflows.modes[history.below(3)]
      let submitted = try transaction.workflows.submit(
        NewPlan(title: "Plan", items: items, customerID: try history.customer()), mode: mode
      ) { _ in NewQueueItem(kind: "change") }
      history.world.plans += submitted.plans.map(\.id)
      history.world.items += submitted.work
    },
    Operation("plans.rollBack", 3) { history, transaction in
      let plan = try history.plan("status IN ('executing', 'completed', 'failed')", transaction)
      guard let item = try transaction.plans.items(of: plan).first(where: { $0.status == .applied })
      else { return }
      if history.below(2) == 0 {
        try transaction.plans.rollBack(item.id)
      } else {
        history.world.items.append(
          try transaction.workflows.rollBack(item.id) { _ in NewQueueItem(kind: "undo") })
      }
    },
    Operation("plans.clearExpiredInverses", 1) { _, transaction in
      try transaction.plans.clearExpiredInverses()
    },
    Operation("plans.create", 3) { history, transaction in
      let items = (0..<(1 + history.below(3))).map { NewPlan.Item(title: "change \($0)") }
      history.world.plans.append(
        try transaction.plans.create(
          NewPlan(title: "Plan", items: items, customerID: try history.customer())
        ).id)
    },
    Operation("plans.reject", 2) { history, transaction in
      _ = try transaction.plans.reject(
        try history.plan("status = 'pending'", transaction), reason: "no")
    },
    Operation("plans.carryOut", 3) { history, transaction in
      let plan = try history.plan("status = 'pending'", transaction)
      var verdicts: [ID<PlanItem>: PlanVerdict] = [:]
      for item in try transaction.plans.items(of: plan) {
        verdicts[item.id] = history.below(4) == 0 ? .reject(reason: "no") : .approve
      }
      let queued = try transaction.workflows.decide(plan, verdicts) { _ in
        var work = NewQueueItem(kind: "change")
        work.credits = history.below(3)
        work.maxAttempts = 1
        return work
      }
      history.world.items += queued
    },
  ]
}
