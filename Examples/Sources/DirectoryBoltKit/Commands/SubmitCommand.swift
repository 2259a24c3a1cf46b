package import ArgumentParser
import Backoffice
import ExampleSupport

/// Enqueues submissions of a customer.
package struct SubmitCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "submit",
    abstract: "Enqueues submissions of a customer to the best directories without one.",
    discussion: """
      Enqueues as many as the customer's credits cover: a directory of high priority costs two \
      credits, any other one. The credits are reserved now and spent when the listing is \
      submitted.

      Example:
        directorybolt submit --customer ines@bakery.example.com --count 20 \\
          --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "The e-mail address of the customer.")
  var customer: String
  @Option(help: "The number of listings.", transform: Arguments.number(1...10_000))
  var count = 20
  @Option(help: "The name of the batch.", transform: Arguments.name)
  var name = "Listings"

  package init() {}

  private struct Answer: Encodable {
    let batch: String
    let wished: Int
    let enqueued: Int
    let known: Int
    let shortage: String?
  }

  package func run() throws {
    let store = try database.openExisting()
    defer { store.close() }
    guard let known = try store.customers.find(email: customer) else {
      throw LineProblem("there is no customer with the e-mail address \(customer)")
    }
    guard let subscription = try store.subscriptions.find(of: known.id) else {
      throw LineProblem("\(customer) has no subscription and no credits")
    }
    let directories = try Self.directories(count, without: known.id, in: store)
    let result = try Campaign(customer: known, tier: subscription.tier, name: name)
      .enqueue(directories, in: store)
    if format.json {
      try Output.json(
        Answer(
          batch: result.batch.description, wished: count, enqueued: result.enqueued,
          known: result.known, shortage: result.shortage))
    } else {
      Output.line(
        "\(Human.count(result.enqueued, "listing", "listings")) enqueued of \(count) requested")
      if result.known > 0 { Output.line("  \(result.known) were already in progress") }
      if let shortage = result.shortage { Output.line("  \(Paint.notable(shortage))") }
      let balance = try store.credits.balance(of: known.id)
      Output.line(
        "  credits: \(balance.spent) spent, \(balance.reserved) reserved, "
          + "\(balance.remaining) remaining of \(balance.granted)")
    }
    if result.enqueued == 0, result.shortage != nil { throw ExitCode.failure }
  }

  /// The best directories without a live submission of the customer.
  private static func directories(
    _ count: Int, without customer: ID<Customer>, in store: BackofficeStore
  ) throws -> [Directory] {
    var found: [Directory] = []
    var cursor: PageCursor?
    repeat {
      let page = try store.directories.list(by: .rating, after: cursor, limit: 500)
      for directory in page.elements where found.count < count {
        let live = try store.submissions.live(of: customer, in: directory.id)
        if live == nil { found.append(directory) }
      }
      cursor = found.count < count ? page.next : nil
    } while cursor != nil
    return found
  }
}
