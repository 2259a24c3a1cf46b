package import ArgumentParser
import Backoffice
import BackofficeAnalytics
import ExampleSupport

/// Prints the dashboard.
package struct DashboardCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract: "Shows the whole store on one page.",
    discussion: """
      Shows the counts of the last refresh and the current lists. Upkeep refreshes the counts; \
      --refresh does it now, which writes to the file.

      Example:
        backoffice dashboard --refresh --database office.sqlite
      """)

  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption
  @Option(help: "How many lines each list has.", transform: Arguments.number(1...1000))
  var top = 8

  @Flag(help: "Count everything again first.")
  var refresh = false

  package init() {}

  package func run() throws {
    let store = try refresh ? database.openExisting() : database.openToRead()
    defer { store.close() }
    if refresh { try store.dashboards.refreshSummary() }
    let page = try DashboardPageReport(store, top: top)
    if format.json { try Output.json(page) } else { page.show() }
  }
}

/// The figures of the dashboard.
package struct DashboardPageReport: Encodable, Sendable {
  struct Numbers: Encodable {
    let customers: Int
    let activeCustomers: Int
    let trialCustomers: Int
    let topTierCustomers: Int
    let submissions: Int
    let approvedSubmissions: Int
    let rejectedSubmissions: Int
    let deliveryPercent: Double?
    let approvalPercent: Double?
    let submissionsLastDay: Int
    let submissionsLastWeek: Int
    let queueItems: Int
    let pendingQueueItems: Int
    let runningQueueItems: Int
    let openActions: Int
    let unassignedActions: Int
    let overdueActions: Int
    let creditsConsumed: Int
  }

  struct Action: Encodable {
    let title: String
    let company: String?
    let assistant: String?
    let status: String
    let minutesUntilDeadline: Int?
    let isOverdue: Bool
    let score: Int
  }

  struct Assistant: Encodable {
    let name: String
    let loadPercent: Double?
    let load: Int
    let capacity: Int
    let overdue: Int
    let successPercent: Double?
    let quality: Double?
  }

  struct Status: Encodable {
    let status: String
    let customers: Int
  }

  let refreshedAt: Timestamp?
  let numbers: Numbers?
  let actions: [Action]
  let assistants: [Assistant]
  let pipeline: [Status]
  let tables: [TableHealth]

  init(_ store: BackofficeStore, top: Int) throws {
    let summary = try store.dashboards.summary()
    refreshedAt = summary?.refreshedAt
    numbers = summary.map(Numbers.init)
    actions = try store.dashboards.actionCenter(limit: top).map { row in
      Action(
        title: row.title, company: row.companyName, assistant: row.assistantName,
        status: row.status, minutesUntilDeadline: row.minutesUntilDeadline,
        isOverdue: row.isOverdue, score: row.priorityScore)
    }
    assistants = try store.dashboards.assistantWorkload(limit: top).elements.map { row in
      Assistant(
        name: row.name, loadPercent: row.workload.percent, load: row.workload.numerator,
        capacity: row.workload.denominator, overdue: row.overdue,
        successPercent: row.successRate.percent, quality: row.averageQuality)
    }
    pipeline = try store.analytics.statusDistribution().map { share in
      Status(status: share.status, customers: share.count)
    }
    tables = try store.dashboards.health()
  }

  func show() {
    Output.line(
      Paint.heading("Back office")
        + Paint.quiet("  \(refreshedAt.map { "counted at \($0)" } ?? "not counted yet")"))
    if let numbers { show(numbers) }
    showPipeline()
    showActions()
    showAssistants()
    showTables()
    if numbers == nil {
      Output.note("to count customers, submissions and credits: backoffice dashboard --refresh")
    }
  }

  private func show(_ numbers: Numbers) {
    var table = TextTable(.text(""), .number(""), .text("", upTo: 90))
    table.add(
      "Customers", .init(numbers.customers),
      .init(
        "\(numbers.activeCustomers) active, \(numbers.trialCustomers) on trial, "
          + "\(numbers.topTierCustomers) on the highest tier", .quiet))
    table.add(
      "Submissions", .init(numbers.submissions),
      .init(
        "\(Self.percent(numbers.deliveryPercent)) delivered, "
          + "\(Self.percent(numbers.approvalPercent)) of decisions approve, "
          + "\(numbers.submissionsLastDay) in a day, \(numbers.submissionsLastWeek) in a week",
        .quiet))
    table.add(
      "Queue items", .init(numbers.queueItems),
      .init(
        "\(numbers.pendingQueueItems) pending, \(numbers.runningQueueItems) running", .quiet))
    table.add(
      "Open actions", .init(numbers.openActions),
      .init(
        "\(numbers.unassignedActions) unassigned, \(numbers.overdueActions) overdue",
        numbers.overdueActions > 0 ? .notable : .quiet))
    table.add("Credits consumed", .init(numbers.creditsConsumed), "")
    let lines = table.lines()
    Output.lines(lines.count == 7 ? Array(lines.dropFirst(2)) : lines)
  }

  private static func percent(_ value: Double?) -> String {
    value.map { "\(Human.oneDecimal($0)) %" } ?? "–"
  }

  private func showPipeline() {
    guard !pipeline.isEmpty else { return }
    Output.heading("Sales pipeline")
    let largest = pipeline.map(\.customers).max() ?? 0
    var table = TextTable(.text("Status"), .number("Customers"), .text(""))
    for step in pipeline {
      table.add(
        .init(step.status), .init(step.customers),
        .init(Charts.bar(step.customers, of: largest), .accent))
    }
    Output.lines(table.lines())
  }

  private func showActions() {
    guard !actions.isEmpty else { return }
    Output.heading("Urgent actions")
    var table = TextTable(
      .text("Action"), .text("Customer", upTo: 28), .text("Assistant"), .text("Status"),
      .text("Deadline"))
    for action in actions {
      let minutes = action.minutesUntilDeadline
      let deadline = minutes.map { minutes in
        (minutes < 0 ? "overdue by " : "in ")
          + Human.duration(
            seconds: Int(
              clamping: minutes.magnitude.multipliedReportingOverflow(by: 60).partialValue))
      }
      table.add(
        .init(action.title), .init(action.company ?? "–"), .init(action.assistant ?? "unassigned"),
        .init(action.status), .init(deadline ?? "–", action.isOverdue ? .bad : .plain))
    }
    Output.lines(table.lines())
  }

  private func showAssistants() {
    guard !assistants.isEmpty else { return }
    Output.heading("Assistants")
    var table = TextTable(
      .text("Name"), .text("Load", upTo: 10), .number(""), .number("Overdue"),
      .number("Success"), .number("Quality"))
    for assistant in assistants {
      table.add(
        .init(assistant.name),
        .init(Charts.bar(assistant.load, of: assistant.capacity, width: 10), .accent),
        .init("\(assistant.load)/\(assistant.capacity)"), .init(assistant.overdue),
        .init(Self.percent(assistant.successPercent)),
        .init(assistant.quality.map { "\($0)" } ?? "–"))
    }
    Output.lines(table.lines())
  }

  private func showTables() {
    Output.heading("Tables")
    var table = TextTable(
      .text("Table"), .number("Rows"), .number("Added in a day"), .number("Changed in a day"))
    for health in tables {
      table.add(
        .init(health.table), .init(health.rows), .init(health.addedLastDay),
        .init(health.updatedLastDay))
    }
    Output.lines(table.lines())
  }
}

extension DashboardPageReport.Numbers {
  init(_ summary: DashboardSummary) {
    customers = summary.customers
    activeCustomers = summary.activeCustomers
    trialCustomers = summary.trialCustomers
    topTierCustomers = summary.topTierCustomers
    submissions = summary.submissions
    approvedSubmissions = summary.approvedSubmissions
    rejectedSubmissions = summary.rejectedSubmissions
    deliveryPercent = summary.deliveryRate.percent
    approvalPercent = summary.approvalRate.percent
    submissionsLastDay = summary.submissionsLastDay
    submissionsLastWeek = summary.submissionsLastWeek
    queueItems = summary.queueItems
    pendingQueueItems = summary.pendingQueueItems
    runningQueueItems = summary.runningQueueItems
    openActions = summary.openActions
    unassignedActions = summary.unassignedActions
    overdueActions = summary.overdueActions
    creditsConsumed = summary.creditsConsumed
  }
}
