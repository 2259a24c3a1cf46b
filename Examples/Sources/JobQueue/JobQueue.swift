import BackofficeQueue

/// Work that sends an invoice.
struct SendInvoice: Job {
  static let kind = "invoice.send"
  var invoice: Int
}

/// A program on the queue alone: no customers, no further packs.
@main
struct JobQueue {
  static func main() async throws {
    let store = try BackofficeStore(.memory, packs: [])  // or .file("jobs.sqlite")
    try await sendInvoices(1...3, with: store)
  }

  static func sendInvoices(_ invoices: ClosedRange<Int>, with store: BackofficeStore) async throws {
    try store.queue.enqueue(invoices.map { SendInvoice(invoice: $0) })

    let (sent, reporting) = AsyncStream.makeStream(of: Int.self)
    var handlers = JobHandlers()
    handlers.on(SendInvoice.self) { job, _ in reporting.yield(job.invoice) }

    let worker = try Worker(store, configuration: .init(name: "mailer"), handlers: handlers)
    async let work: Void = worker.run()
    for await invoice in sent.prefix(invoices.count) { print("sent invoice \(invoice)") }
    worker.shutdown()
    try await work
  }
}
