import ExampleSupport

extension OfficeReport {
  /// The dashboards, for people.
  package func show(customers limit: Int = 15) {
    showCatalogue()
    showCustomers(limit)
    showQueue()
    showPeople()
    showSubmissions()
    showSales()
    Output.line()
    Output.lines(check.lines)
  }

  private func showCatalogue() {
    guard !categories.isEmpty else { return }
    Output.heading("Catalogue")
    let largest = categories.map(\.directories).max() ?? 0
    var table = TextTable(
      .text("Category"), .number("Directories"), .text(""), .number("Submissions"),
      .number("Approved"))
    for category in categories.prefix(14) {
      table.add(
        .init(category.name), .init(category.directories),
        .init(Charts.bar(category.directories, of: largest, width: 16).padded(to: 16), .accent),
        .init(category.submissions),
        .init(
          Human.percent(category.approved, of: category.approved + category.rejected), .quiet))
    }
    Output.lines(table.lines())
  }

  private func showCustomers(_ limit: Int) {
    guard !customers.isEmpty else { return }
    let totals = customers.reduce(into: (granted: 0, reserved: 0, spent: 0, remaining: 0)) {
      $0.granted += $1.granted
      $0.reserved += $1.reserved
      $0.spent += $1.spent
      $0.remaining += $1.remaining
    }
    Output.heading("\(Human.count(customers.count, "customer", "customers")) and their credits")
    Output.line(
      "  this period: spent \(Human.grouped(totals.spent)) \(Paint.good("█"))  "
        + "reserved \(Human.grouped(totals.reserved)) \(Paint.notable("▓"))  "
        + "remaining \(Human.grouped(totals.remaining)) \(Paint.quiet("▒"))  "
        + "of \(Human.grouped(totals.granted)) granted")
    Output.line(
      "  in the ledger: "
        + ["grant", "reserve", "spend", "release", "expire", "settle", "adjust"].compactMap {
          kind in
          ledger[kind].map { "\(kind) \(Human.grouped($0))" }
        }.joined(separator: ", "))
    var table = TextTable(
      .text("Customer", upTo: 30), .text("Tier"), .text("Subscription"), .number("Credits"),
      .number("Used"), .text("", upTo: 20), .number("Listed"))
    for customer in customers.prefix(limit) {
      table.add(
        .init(customer.name), .init(customer.tier),
        .init(customer.subscription, customer.subscription == "active" ? .good : .notable),
        .init(customer.granted),
        .init(Human.percent(customer.spent, of: customer.granted)),
        .raw(
          Charts.stacked(
            [
              (customer.spent, .good), (customer.reserved, .notable),
              (customer.remaining, .quiet),
            ], width: 20), width: 20),
        .init("\(customer.approved)/\(customer.submissions)"))
    }
    Output.lines(table.lines())
    if customers.count > limit {
      Output.line(Paint.quiet("  … and \(customers.count - limit) more"))
    }
    guard !shortages.isEmpty else { return }
    Output.line("\n  Credits ran out for \(Human.count(shortages.count, "batch", "batches")):")
    for shortage in shortages.prefix(8) {
      Output.line(
        "    \(Paint.notable(shortage.batch)): "
          + "\(shortage.enqueued) of \(shortage.wished) requested listings enqueued")
    }
    if shortages.count > 8 { Output.line(Paint.quiet("    … and \(shortages.count - 8) more")) }
  }

  private func showQueue() {
    guard !queue.isEmpty else { return }
    Output.heading("Queue")
    Output.lines(Self.bars(queue))
    if let meanWaitSeconds, let meanProcessingSeconds {
      Output.line(
        "  mean wait \(Human.duration(seconds: meanWaitSeconds)), "
          + "mean work \(Human.duration(seconds: meanProcessingSeconds)); batches: "
          + batches.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
          .joined(separator: ", "))
    }
    let names = ["completed", "waiting", "failed", "rescued", "running"]
    var table = TextTable(
      .text("Worker"), .number("Attempts"), .number("Completed"), .number("Parked"),
      .number("Failed"), .number("Rescued"), .number("Running"), .text("Busy"))
    for worker in workers {
      table.add(
        [.init(worker.name), .init(worker.attempts)]
          + names.map { .init(worker.outcomes[$0] ?? 0) }
          + [.init(Human.duration(seconds: worker.busySeconds), .quiet)])
    }
    Output.line()
    Output.lines(table.lines())
  }

  private func showPeople() {
    guard !actions.isEmpty else { return }
    Output.heading("Assistants")
    Output.lines(Self.bars(actionKinds))
    Output.line(
      "  "
        + actions.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .map { "\(Human.grouped($0.value)) \($0.key)" }.joined(separator: ", "))
    var table = TextTable(
      .text("Assistant"), .text("Zone"), .number("Open"), .number("Room"), .number("Done"),
      .number("Failed"), .number("Quality"), .number("Mean time"))
    for assistant in assistants {
      table.add(
        .init(assistant.name), .init(assistant.timeZone, .quiet), .init(assistant.open),
        .init(assistant.capacity), .init(assistant.completed), .init(assistant.failed),
        .init(assistant.qualityHundredths.map { Human.hundredths($0) } ?? "–"),
        .init(assistant.meanMinutes.map { "\($0) min" } ?? "–"))
    }
    Output.line()
    Output.lines(table.lines())
  }

  private func showSubmissions() {
    guard !submissions.isEmpty else { return }
    Output.heading("Submissions")
    Output.lines(Self.bars(submissions))
    let first = days.first?.day ?? ""
    let last = days.last?.day ?? ""
    Output.line("\n  by day, \(first) to \(last)")
    Output.line("  submitted  \(Paint.accent(Charts.sparkline(days.map(\.submitted))))")
    Output.line("  approved   \(Paint.good(Charts.sparkline(days.map(\.approved))))")
    Output.line("  rejected   \(Paint.bad(Charts.sparkline(days.map(\.rejected))))")
    var table = TextTable(
      .text("Directory", upTo: 32), .number("Rating"), .number("Submissions"),
      .number("Approved"), .number("Rate"), .number("Decides in"))
    for directory in directories {
      table.add(
        .init(directory.name), .init(directory.rating.map(String.init) ?? "–"),
        .init(directory.submissions), .init(directory.approved),
        .init(Human.percent(directory.approved, of: directory.approved + directory.rejected)),
        .init(directory.approvalSeconds.map { Human.duration(seconds: $0) } ?? "–"))
    }
    Output.line()
    Output.lines(table.lines())
  }

  private func showSales() {
    guard !sales.statuses.isEmpty else { return }
    Output.heading("Sales")
    let road = [
      "customer_called", "replied_to_customer", "order_placed", "order_cancelled",
      "product_delivered", "business_done", "lost",
    ]
    let largest = sales.statuses.values.max() ?? 0
    var table = TextTable(.text("Status"), .number("Customers"), .text(""))
    for status in road {
      guard let count = sales.statuses[status] else { continue }
      table.add(.init(status), .init(count), .init(Charts.bar(count, of: largest), .accent))
    }
    Output.lines(table.lines())
    Output.line("\n  customers  \(Paint.accent(Charts.sparkline(sales.customersByDay)))")
    Output.line("  converted  \(Paint.good(Charts.sparkline(sales.convertedByDay)))")
    let conversion = sales.conversionPercent.map { "\($0) %" } ?? "–"
    let cycle = sales.meanCycleDays.map { "\(Human.oneDecimal($0)) days" } ?? "–"
    Output.line("  converted \(conversion) of all, on average \(cycle) after the first call")
  }

  private static func bars(_ counts: [String: Int]) -> [String] {
    let largest = counts.values.max() ?? 0
    var table = TextTable(.text(""), .number(""), .text(""))
    for (name, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      table.add(.init(name), .init(count), .init(Charts.bar(count, of: largest), .accent))
    }
    return Array(table.lines().dropFirst(2))
  }
}
