package import Backoffice
package import ExampleSupport

/// The report of a directory submission service, read from the store.
package struct OfficeReport: Codable, Hashable, Sendable {
  package struct Category: Codable, Hashable, Sendable {
    package let name: String
    package let directories: Int
    package let submissions: Int
    package let approved: Int
    package let rejected: Int
  }

  package struct CustomerLine: Codable, Hashable, Sendable {
    package let name: String
    package let tier: String
    package let subscription: String
    package let pipelineStatus: String
    package let granted: Int
    package let reserved: Int
    package let spent: Int
    package let remaining: Int
    package let submissions: Int
    package let approved: Int
  }

  package struct Shortage: Codable, Hashable, Sendable {
    package let batch: String
    package let wished: Int
    package let enqueued: Int
  }

  package struct Worker: Codable, Hashable, Sendable {
    package let name: String
    package let attempts: Int
    /// The outcomes of its attempts.
    package let outcomes: [String: Int]
    package let busySeconds: Int
  }

  package struct AssistantLine: Codable, Hashable, Sendable {
    package let name: String
    package let timeZone: String
    package let open: Int
    package let capacity: Int
    package let completed: Int
    package let failed: Int
    package let qualityHundredths: Int?
    package let meanMinutes: Int?
  }

  package struct DirectoryLine: Codable, Hashable, Sendable {
    package let name: String
    package let rating: Int?
    package let submissions: Int
    package let approved: Int
    package let rejected: Int
    package let approvalSeconds: Int?
  }

  package struct Day: Codable, Hashable, Sendable {
    package let day: String
    package var submitted = 0
    package var approved = 0
    package var rejected = 0
  }

  package struct Sales: Codable, Hashable, Sendable {
    package let statuses: [String: Int]
    package let customersByDay: [Int]
    package let convertedByDay: [Int]
    package let conversionPercent: Double?
    package let meanCycleDays: Double?
  }

  package let asOf: Timestamp
  package let categories: [Category]
  package let customers: [CustomerLine]
  /// The credits of all entries in the ledger, by kind.
  package let ledger: [String: Int]
  package let shortages: [Shortage]
  package let batches: [String: Int]
  package let queue: [String: Int]
  package let meanWaitSeconds: Int?
  package let meanProcessingSeconds: Int?
  package let workers: [Worker]
  package let actions: [String: Int]
  package let actionKinds: [String: Int]
  package let assistants: [AssistantLine]
  package let submissions: [String: Int]
  package let days: [Day]
  package let directories: [DirectoryLine]
  package let sales: Sales
  package let check: BookCheck

  /// Reads the store.
  ///
  /// - Parameters:
  ///   - store: the store.
  ///   - days: the number of days in figures by day.
  ///   - top: how many directories are listed.
  /// - Complexity: reads whole tables, and checks the whole file.
  package init(
    _ store: BackofficeStore, days: Int = 30, topDirectories top: Int = 10
  ) throws {
    let tables = try store.read { transaction in
      try OfficeTables(transaction, days: days, top: top)
    }
    asOf = tables.now
    categories = tables.categories
    customers = tables.customers
    ledger = tables.ledger
    shortages = tables.shortages
    batches = tables.batches
    queue = tables.queue
    meanWaitSeconds = tables.meanWaitSeconds
    meanProcessingSeconds = tables.meanProcessingSeconds
    workers = tables.workers
    actions = tables.actions
    actionKinds = tables.actionKinds
    assistants = tables.assistants
    submissions = tables.submissions
    self.days = tables.days
    directories = tables.directories
    sales = try Sales(store, until: tables.now.utcDate, days: days)
    check = try BookCheck(store)
  }
}
