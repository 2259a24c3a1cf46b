import Backoffice

/// The distinct customers whose status changed on a day.
enum ChangedCustomers {
  private struct Customer {
    var state: FlowState?
    var hasChanged = false
  }

  private static let historyOfDay = SQLStatement(
    """
    SELECT entity_id, \(FlowStep.selection) FROM status_history
    WHERE entity_kind = 'customer' AND at >= ? AND at < ? ORDER BY at, pk
    """)

  /// How many customers of a scope, at the end of a day, were created or changed status on it.
  static func count(
    on day: CalendarDate, _ scope: Scope, _ pipeline: String,
    _ transaction: borrowing ReadTransaction
  ) throws -> Int {
    let zone = transaction.zone
    let end = day == .max ? Timestamp.distantFuture : zone.startOfDay(day.adding(days: 1))
    // All rows of the day first; the state of a customer before them needs a query of its own.
    let rows: [(ID<AnyEntity>, FlowStep)] = try transaction.fetchAll(
      historyOfDay, zone.startOfDay(day), end
    ) { row in
      var column = row.reader()
      let id: ID<AnyEntity> = try column("id")
      return (id, try FlowStep(&column))
    }
    var customers: [ID<AnyEntity>: Customer] = [:]
    for (id, step) in rows {
      var customer: Customer
      if let known = customers[id] {
        customer = known
      } else {
        let before = try AnalyticsFlows.walk(
          of: id, kind: .customer, before: step.at, sequence: step.sequence, transaction)
        customer = Customer(state: before?.state)
      }
      var hasChanged = customer.hasChanged
      FlowState.advance(&customer.state, by: step) { flow in
        if flow.isChangeOfStatus, flow.pipeline == pipeline { hasChanged = true }
      }
      customer.hasChanged = hasChanged
      customers[id] = customer
    }
    return customers.values.count { customer in
      guard customer.hasChanged, let state = customer.state, !state.isDeleted,
        state.pipeline == pipeline
      else { return false }
      return scope == .system || scope.key == state.owner
    }
  }
}
