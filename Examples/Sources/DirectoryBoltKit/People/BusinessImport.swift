package import Backoffice
package import ExampleSupport

/// A line of a table of businesses.
package struct Business: Hashable, Sendable {
  /// The contact person; the name of the business if there is none.
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
  /// Its status in the sales pipeline, or nil for the initial one.
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
      throw LineProblem("'email' and 'phone' are both empty")
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

  /// The new customer.
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

/// Imports a table of businesses as customers with subscriptions, by e-mail address or phone number.
///
/// The tier and the status apply to new customers only; an import does not change those of a known one.
package struct BusinessImport {
  /// The number of lines in a transaction.
  private static let portion = 500

  package init() {}

  /// The businesses of a table, with their lines.
  ///
  /// - Throws: ``ReadingError``, and the errors of the store.
  package static func read(
    _ source: ByteSource, in store: BackofficeStore,
    _ body: (_ line: Int, Business) throws -> Void
  ) throws -> SkippedLines {
    let pipeline = try store.customers.pipeline(named: Pipeline.sales)
    let statuses = Set(pipeline?.statuses.map(\.status) ?? [])
    let tiers = try store.tiers.list().map(\.name)
    return try TableReader(required: ["name", "email"]).read(source) { line in
      try body(line.line, Business(line, statuses: statuses, tiers: tiers))
    }
  }

  /// Imports a table.
  ///
  /// - Throws: ``ReadingError``, and the errors of the store.
  package func run(_ source: ByteSource, into store: BackofficeStore) throws -> ImportReport {
    let store = store.acting(as: Principal(kind: .importer))
    var report = ImportReport()
    var refused: [SkippedLine] = []
    var incomplete: [SkippedLine] = []
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
      incomplete += result.warnings.map { warning in
        SkippedLine(line: portion[warning.row - 1].line, reason: warning.reason.description)
      }
      portion = []
    }
    let skipped = try Self.read(source, in: store) { line, business in
      portion.append((line, business))
      if portion.count == Self.portion { try flush() }
    }
    try flush()
    report.skipped = skipped.adding(refused)
    if !incomplete.isEmpty { report.incomplete = SkippedLines().adding(incomplete) }
    return report
  }
}
