import Backoffice
import ExampleSupport

extension Office {
  private static let people = [
    ("Nadia Brenner", "+15550100101", "nadia@office.example.com"),
    ("Owen Marsh", "+15550100102", "owen@office.example.com"),
    ("Sofia Lindqvist", "+15550100103", "sofia@office.example.com"),
  ]

  /// Creates staff, workers and assistants.
  func hire() throws {
    staff = try Self.people.map { name, phone, email in
      try store.staff.create(name: name, phone: phone, email: email)
    }
    for index in 0..<settings.workers {
      workers.append(OfficeWorker(name: "worker-\(index + 1)"))
      agenda.add(.workerIsFree(index), at: settings.start + .minutes(7 * index))
    }
    assistants = try store.assistants.list(limit: 1000).elements.map {
      OfficeAssistant(assistant: $0)
    }
    for index in assistants.indices {
      agenda.add(.assistantIsFree(index), at: settings.start + .minutes(5 + index))
    }
  }

  /// Schedules the sign-up of each business: half of them on the first day, the others later.
  func expect(_ businesses: [Business]) {
    for (index, business) in businesses.enumerated() {
      let draw = dice.about("sign-up", business.email ?? business.companyName)
      let latest = max(0, min(20, settings.days - 8))
      let day = index.isMultiple(of: 2) ? 0 : draw.number(in: 0...latest)
      agenda.add(.signUp(business), at: officeHour(draw, day: day))
    }
  }

  /// A moment between 9 and 17 o'clock UTC of a day of the demonstration.
  private func officeHour(_ draw: RandomSource, day: Int) -> Timestamp {
    settings.start + .days(day) + .minutes(9 * 60 + draw.next(below: 480))
  }

  func signUp(_ business: Business) throws {
    let key = business.email ?? business.companyName
    let draw = dice.about("customer", key)
    let owner = staff[draw.next(below: staff.count)]
    let customer = try store.acting(as: Principal(kind: .staff, id: owner.id.description)).write(
      reason: "signed up"
    ) { transaction in
      var new = try business.customer()
      new.ownerID = owner.id
      return try transaction.customers.create(new)
    }
    let today = Int((clock.now - settings.start).microseconds / 86_400_000_000)
    agenda.add(.campaign(customer.id, wave: 1), at: clock.now + .hours(draw.number(in: 1...20)))
    let isConverted = draw.chance(85)
    agenda.add(
      .trialEnds(customer.id, isConverted: isConverted),
      at: officeHour(draw, day: today + draw.number(in: 3...13)))
    var day = today
    for status in Self.path(to: business.status) {
      day += draw.number(in: 1...5)
      agenda.add(.pipelineMove(customer.id, status), at: officeHour(draw, day: day))
    }
  }

  /// The moves that lead from the beginning of the sales pipeline to a status.
  private static func path(to goal: CustomerStatus?) -> [CustomerStatus] {
    let road: [CustomerStatus] = [
      .repliedToCustomer, .orderPlaced, .productDelivered, .businessDone,
    ]
    switch goal {
    case .lost?: return [.lost]
    case .orderCancelled?: return [.repliedToCustomer, .orderPlaced, .orderCancelled]
    case let goal?:
      guard let end = road.firstIndex(of: goal) else { return [] }
      return Array(road[...end])
    case nil: return []
    }
  }

  func move(_ customer: ID<Customer>, to status: CustomerStatus) throws {
    guard let owner = try store.customers.find(customer)?.ownerID else { return }
    try store.acting(as: Principal(kind: .staff, id: owner.description)).customers.changeStatus(
      of: customer, to: status)
  }

  func startCampaign(of id: ID<Customer>, wave: Int) throws {
    guard let customer = try store.customers.find(id),
      let subscription = try store.subscriptions.find(of: id),
      subscription.status == .trialing || subscription.status == .active
    else { return }
    let draw = dice.about("campaign", id.description, "\(wave)")
    var wanted: [Directory]
    if wave == 1 {
      wanted = wishes(of: customer, subscription.tier, draw)
      // A large order is split; the second part follows ten days later.
      if subscription.tier != .basic {
        let part = wanted.count * 6 / 10
        wishes[id] = Array(wanted[part...])
        wanted = Array(wanted[..<part])
        agenda.add(.campaign(id, wave: 2), at: clock.now + .days(9) + .hours(draw.next(below: 48)))
      }
    } else {
      wanted = wishes.removeValue(forKey: id) ?? []
    }
    guard !wanted.isEmpty else { return }
    let name = "\(customer.business.companyName ?? customer.fullName): wave \(wave)"
    _ = try Campaign(customer: customer, tier: subscription.tier, name: name)
      .enqueue(wanted, in: store)
  }

  /// The directories of a customer's order, suitable ones first.
  private func wishes(
    of customer: Customer, _ tier: SubscriptionTier, _ draw: RandomSource
  ) -> [Directory] {
    let range =
      switch tier {
      case .pro: 60...260
      case .enterprise: 90...600
      default: 35...110
      }
    let scores = catalogue.map { directory in
      dice.about("taste", customer.id.description, directory.addressKey).next(below: 100)
        + (directory.domainRating ?? 0) / 2
    }
    let order = catalogue.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    return order.prefix(draw.number(in: range)).map { catalogue[$0] }
  }
}
