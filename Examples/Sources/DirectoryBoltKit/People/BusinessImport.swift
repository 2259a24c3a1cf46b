package import Backoffice
package import ExampleSupport

/// A business as a table of them describes it.
package struct Business: Hashable, Sendable {
  /// Who to talk to there; the business itself where nobody is named.
  package let contactName: String
  package let companyName: String
  package let email: String?
  package let phone: String?
  package let tier: SubscriptionTier
  package let industry: String?
  package let website: String?
  package let address: PostalAddress
  package let timeZone: String?
  package let contactMethod: Customer.ContactMethod?
  /// Where it stands in the sales pipeline, or nil at its beginning.
  package let status: CustomerStatus?

  init(
    _ line: TableLine, statuses: Set<CustomerStatus>, tiers: [SubscriptionTier]
  ) throws(LineProblem) {
    let name = try line.text("name")
    companyName = line["company"] ?? name
    contactName = line["contact_name"] ?? companyName
    email = line["email"]
    phone = line["phone"]
    guard email != nil || phone != nil else {
      throw LineProblem("neither 'email' nor 'phone' says how to reach the business")
    }
    tier = try line.word("tier", of: tiers) ?? .basic
    industry = line["industry"]
    website = line["website"]
    address = PostalAddress(city: line["city"], country: line["country"])
    timeZone = line["time_zone"]
    contactMethod = try line.word("preferred_contact_method", of: [.email, .phone, .sms])
    status = line["status"].map { CustomerStatus($0.lowercased()) }
    if let status, !statuses.contains(status) {
      let known = statuses.map(\.rawValue).sorted().joined(separator: ", ")
      throw LineProblem("'status' is \(status.rawValue.quoted), expected one of: \(known)")
    }
  }

  /// The customer that it becomes.
  package func customer(status: CustomerStatus? = nil) throws -> NewCustomer {
    var customer = NewCustomer(
      fullName: contactName, email: email, phone: phone, companyName: companyName, tier: tier)
    customer.status = status
    customer.contact.preferredMethod = contactMethod
    customer.contact.address = try JSONText(encoding: address)
    if let timeZone { customer.contact.timeZone = timeZone }
    customer.business.type = industry
    customer.business.data = try JSONText(encoding: data)
    return customer
  }

  private var data: [String: String] {
    var data: [String: String] = [:]
    data["industry"] = industry
    data["website"] = website
    return data
  }
}

/// Reads a table of businesses into customers with subscriptions: an upsert by e-mail or phone.
///
/// The tier and the place in the pipeline are those of a new customer; for one that is known they
/// change by what happens to it, not by an import.
package struct BusinessImport {
  /// How many lines go into one transaction.
  private static let portion = 500

  package init() {}

  /// The businesses of a table, with the lines they stand on.
  ///
  /// - Throws: ``ReadingError``, and what the store throws.
  package static func read(
    _ source: ByteSource, in store: BackofficeStore,
    _ body: (_ line: Int, Business) throws -> Void
  ) throws -> [SkippedLine] {
    let pipeline = try store.customers.pipeline(named: Pipeline.sales)
    let statuses = Set(pipeline?.statuses.map(\.status) ?? [])
    let tiers = try store.tiers.list().map(\.name)
    return try TableReader(required: ["name", "email"]).read(source) { line in
      try body(line.line, Business(line, statuses: statuses, tiers: tiers))
    }
  }

  /// Imports a table.
  ///
  /// - Throws: ``ReadingError``, and what the store throws.
  package func run(_ source: ByteSource, into store: BackofficeStore) throws -> ImportReport {
    let store = store.acting(as: Principal(kind: .importer))
    var report = ImportReport()
    var refused: [SkippedLine] = []
    var portion: [(line: Int, business: Business)] = []
    func flush() throws {
      let result = try store.customers.importAll(
        portion.map { line in try line.business.customer(status: line.business.status) })
      report.added += result.created
      report.updated += result.updated
      report.unchanged += result.unchanged
      refused += result.rejections.map { rejection in
        SkippedLine(line: portion[rejection.row - 1].line, reason: rejection.reason.description)
      }
      portion = []
    }
    let skipped = try Self.read(source, in: store) { line, business in
      portion.append((line, business))
      if portion.count == Self.portion { try flush() }
    }
    try flush()
    report.skipped = (skipped + refused).sorted { $0.line < $1.line }
    return report
  }
}
