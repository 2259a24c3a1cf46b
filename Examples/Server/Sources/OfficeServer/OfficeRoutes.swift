public import Backoffice
public import Hummingbird

/// The routes of a small office: customers, their status and its history.
public func officeRouter(
  _ store: BackofficeStore, principals: [String: Principal]
) -> Router<OfficeContext> {
  let router = Router(context: OfficeContext.self)
  router.add(middleware: Authentication(principals: principals))
  router.add(middleware: Refusals())

  router.post("customers") { request, context in
    let form = try await request.decode(as: CustomerForm.self, context: context)
    let customer = try await context.office(store).async.write(reason: "sign-up") { transaction in
      let customer = try transaction.customers.create(
        NewCustomer(fullName: form.name, email: form.email))
      var welcome = NewQueueItem(kind: "welcome")
      welcome.customerID = customer.id
      try transaction.queue.enqueue(welcome)
      return customer
    }
    return EditedResponse(
      status: .created,
      response: CustomerAnswer(id: "\(customer.id)", status: customer.status.rawValue))
  }

  router.put("customers/:id/status") { request, context in
    let id = try context.parameters.require("id", as: ID<Customer>.self)
    let form = try await request.decode(as: StatusForm.self, context: context)
    let customer = try await context.office(store).async.write(reason: form.reason) { transaction in
      try transaction.customers.changeStatus(of: id, to: CustomerStatus(form.status))
    }
    return CustomerAnswer(id: "\(customer.id)", status: customer.status.rawValue)
  }

  router.get("customers/:id/history") { _, context in
    let id = try context.parameters.require("id", as: ID<Customer>.self)
    return try await context.office(store).async.read { transaction in
      try transaction.history.timeline(of: id, kind: .customer).elements.map { entry in
        MoveAnswer(to: entry.to, by: entry.actor.id ?? entry.actor.kind.rawValue, why: entry.reason)
      }
    }
  }
  return router
}

struct CustomerForm: Decodable {
  let name: String
  let email: String
}

struct StatusForm: Decodable {
  let status: String
  let reason: String?
}

struct CustomerAnswer: ResponseCodable {
  let id: String
  let status: String
}

struct MoveAnswer: ResponseCodable {
  let to: String
  let by: String
  let why: String?
}
