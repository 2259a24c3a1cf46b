package import Backoffice
package import ExampleSupport

/// Imports a start-up's log of its own submissions to directories.
///
/// Requires the columns `section`, `directory`, `submit_url`, `checkbox` (listed, open, untouched) and
/// `note`. Every line adds its directory to the catalogue. An attempted line becomes a submission: listed
/// ones are approved, open ones with a note submitted, and those whose note mentions a review are under
/// review. Remaining work for a person becomes a pending action.
package struct SubmissionLogImport {
  /// The result of an import and the figures of the log.
  package struct Report: Codable, Hashable, Sendable {
    package var lines = ImportReport()
    package var submissions = 0
    package var actions = 0
    package var bySection: [String: Int] = [:]
    package var byCheckbox: [String: Int] = [:]
    package var checkedOrNoted = 0
    package var openAndSubmitted = 0
    package var listedWithAddress = 0
    package var needPerson: [String] = []
    package var repeatedHosts = 0
  }

  private let email: String
  private let name: String

  /// Names the customer of the log, who is created if necessary.
  package init(customerEmail: String, customerName: String) {
    email = customerEmail
    name = customerName
  }

  /// Imports a log.
  ///
  /// - Throws: ``ReadingError``, and the errors of the store.
  package func run(_ source: ByteSource, into store: BackofficeStore) throws -> Report {
    let store = store.acting(as: Principal(kind: .importer))
    var report = Report()
    var hosts: [String: Int] = [:]
    var categories: [String: ID<DirectoryCategory>] = [:]
    var entries: [LogEntry] = []
    let reader = TableReader(required: ["section", "directory", "submit_url", "checkbox", "note"])
    report.lines.skipped = try reader.read(source) { line in
      entries.append(try LogEntry(line))
    }
    let customer =
      try store.customers.find(email: email)?.id
      ?? store.customers.create(NewCustomer(fullName: name, email: email, companyName: name)).id
    for entry in entries where categories[entry.section] == nil {
      categories[entry.section] = try Self.category(CategoryName(entry.section), in: store)
    }
    let known = categories
    let outcomes = try store.write(reason: "import of a log") { transaction in
      try entries.map { entry in
        try Self.write(entry, category: known[entry.section], of: customer, transaction)
      }
    }
    for (entry, outcome) in zip(entries, outcomes) {
      report.count(entry, outcome)
      hosts[entry.host, default: 0] += 1
    }
    report.repeatedHosts = hosts.values.reduce(0) { $0 + $1 - 1 }
    return report
  }

  private static func category(
    _ name: CategoryName, in store: BackofficeStore
  ) throws -> ID<DirectoryCategory> {
    try store.directoryCategories.find(slug: name.slug)?.id
      ?? store.directoryCategories.create(
        NewDirectoryCategory(slug: name.slug, displayName: name.displayName, icon: name.icon)
      ).id
  }

  private static let anySubmission =
    "SELECT 1 FROM submissions WHERE customer_id = ? AND directory_id = ? LIMIT 1"

  private static func write(
    _ entry: LogEntry, category: ID<DirectoryCategory>?, of customer: ID<Customer>,
    _ transaction: borrowing WriteTransaction
  ) throws -> LogOutcome {
    var outcome = LogOutcome()
    let directory: Directory
    if let known = try transaction.directories.find(url: entry.address) {
      directory = known
    } else {
      directory = try transaction.directories.create(
        NewDirectory(
          name: entry.directory, website: entry.address, submissionURL: entry.address,
          category: category, metadata: try JSONText(encoding: ["category": entry.section])))
      outcome.isNewDirectory = true
    }
    guard let status = entry.submissionStatus else { return outcome }
    let known = try transaction.fetchOne(
      sql: anySubmission, customer, directory.id, decode: { _ in true })
    guard known == nil else { return outcome }
    let submission = try transaction.submissions.create(
      NewSubmission(
        customer: customer, directory: directory.id, status: status, method: .manual,
        url: entry.resultAddress,
        submittedAt: status == .pending || status == .failed ? nil : transaction.now,
        metadata: try entry.metadata()))
    outcome.isNewSubmission = true
    if let work = entry.work {
      try transaction.actions.create(
        NewAction(
          work.kind, title: work.title, customerID: customer, description: entry.note,
          submissionID: submission.id, directoryID: directory.id))
      outcome.isNewAction = true
    }
    return outcome
  }
}

/// The result of one line of a log.
private struct LogOutcome {
  var isNewDirectory = false
  var isNewSubmission = false
  var isNewAction = false

  var changedAnything: Bool { isNewDirectory || isNewSubmission || isNewAction }
}

extension SubmissionLogImport.Report {
  fileprivate mutating func count(_ entry: LogEntry, _ outcome: LogOutcome) {
    if outcome.changedAnything { lines.added += 1 } else { lines.unchanged += 1 }
    if outcome.isNewSubmission { submissions += 1 }
    if outcome.isNewAction { actions += 1 }
    bySection[entry.section, default: 0] += 1
    byCheckbox[entry.checkbox.rawValue, default: 0] += 1
    if entry.checkbox != .untouched || entry.note != nil { checkedOrNoted += 1 }
    if entry.checkbox == .open, entry.note != nil { openAndSubmitted += 1 }
    if entry.checkbox == .listed, entry.resultAddress != nil { listedWithAddress += 1 }
    if entry.mentionsTrouble { needPerson.append(entry.directory) }
  }
}
