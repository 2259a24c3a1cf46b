import Backoffice

@main
struct Hello {
  static func main() throws {
    let store = try BackofficeStore(.memory)  // or .file("office.sqlite")
    let ada = try store.customers.create(
      NewCustomer(fullName: "Ada Lovelace", email: "ada@example.com", tier: .pro))
    try store.customers.changeStatus(of: ada.id, to: .repliedToCustomer, reason: "phoned her")

    var order = NewQueueItem(kind: "submit", payload: try JSONText(#"{"plan":"spring"}"#))
    order.customerID = ada.id
    order.credits = 20  // reserved now, spent when the work completes
    try store.queue.enqueue([order, order])

    for claimed in try store.queue.claim(2, worker: "worker-1") {
      try store.queue.complete(claimed.lease)
    }
    for entry in try store.history.timeline(of: ada.id, kind: .customer).elements {
      print(entry.from ?? "new", "->", entry.to, "because", entry.reason ?? "-")
    }
    let credits = try store.credits.balance(of: ada.id)
    print("spent \(credits.spent), \(credits.remaining) of \(credits.granted) credits remain")
    print("books in order:", try store.check().isEmpty)
  }
}
