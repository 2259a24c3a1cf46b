package import ArgumentParser
import Backoffice
import ExampleSupport

/// The common options of imports.
struct ImportOptions: ParsableArguments {
  @Argument(
    help: "The table, with the names of its columns in the first line; - is standard input.",
    completion: .file())
  var file: String
  @OptionGroup var database: NewDatabaseOption
  @OptionGroup var format: FormatOption

  /// Opens the store for `body`, closes it, and shows the report.
  func run<Report: Encodable>(
    lines: KeyPath<Report, ImportReport>, _ body: (ByteSource, BackofficeStore) throws -> Report,
    show: (Report) -> Void
  ) throws {
    let report = try ImportFailure.naming(file) { _ in
      let source = try ByteSource(path: file)
      let store = try database.open()
      defer { store.close() }
      return try body(source, store)
    }
    report[keyPath: lines].tell(of: file)
    if format.json { try Output.json(report) } else { show(report) }
    try report[keyPath: lines].requireLines(of: file)
  }
}

/// Imports directories.
package struct ImportDirectoriesCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import-directories",
    abstract: "Imports a table of directories into the catalogue.",
    discussion: """
      Requires the columns name and url; accepts submission_url, domain_rating, link_type, \
      pricing, category, description, average_approval_days, difficulty and priority. A \
      directory with a known address (without scheme, www. and a trailing slash) is updated; an \
      empty field changes nothing. Invalid lines are reported on standard error and skipped.

      Example:
        directorybolt import-directories places.csv --database office.sqlite
      """)

  @OptionGroup var options: ImportOptions

  package init() {}

  package func run() throws {
    try options.run(lines: \.lines) { source, store in
      var directories = DirectoryImport()
      return try directories.run(source, into: store)
    } show: { report in
      Output.line(report.lines.summary(of: "directories"))
      for (title, fields) in [("filled in", report.filled), ("changed", report.changed)]
      where !fields.isEmpty {
        let parts = fields.sorted { $0.key < $1.key }.map {
          "\($0.key) \(Human.grouped($0.value))"
        }
        Output.line("  \(title): " + parts.joined(separator: ", "))
      }
    }
  }
}

/// Imports businesses as customers.
package struct ImportBusinessesCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import-businesses",
    abstract: "Imports a table of businesses as customers with subscriptions.",
    discussion: """
      Requires the columns name and email; accepts contact_name, phone, company, tier, industry, \
      website, city, country, time_zone, preferred_contact_method and status. A customer with a \
      known e-mail address or phone number is updated. Invalid lines are reported on standard \
      error and skipped.

      Example:
        directorybolt import-businesses firms.csv --database office.sqlite
      """)

  @OptionGroup var options: ImportOptions

  package init() {}

  package func run() throws {
    try options.run(lines: \.self) { source, store in
      try BusinessImport().run(source, into: store)
    } show: { report in
      Output.line(report.summary(of: "customers"))
    }
  }
}

/// Imports a log of submissions.
package struct ImportLogCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import-log",
    abstract: "Imports a start-up's log of its own submissions to directories.",
    discussion: """
      Requires the columns section, directory, submit_url, checkbox (listed, open, untouched) \
      and note. Attempted lines become submissions; remaining work for a person becomes pending \
      actions.

      Example:
        directorybolt import-log launchlist.csv --customer founder@example.com \\
          --database office.sqlite
      """)

  @OptionGroup var options: ImportOptions
  @Option(help: "The e-mail address of the customer, who is created if necessary.")
  var customer = "founder@start-up.example.com"
  @Option(help: "The name of the customer if it is created.")
  var name = "The start-up of the log"

  package init() {}

  package func run() throws {
    try options.run(lines: \.lines) { source, store in
      try SubmissionLogImport(customerEmail: customer, customerName: name).run(
        source, into: store)
    } show: { report in
      show(report)
    }
  }

  private func show(_ report: SubmissionLogImport.Report) {
    Output.line(report.lines.summary(of: "lines of the log"))
    Output.line(
      "  \(Human.count(report.submissions, "submission", "submissions")) and "
        + "\(Human.count(report.actions, "pending action", "pending actions")) made")
    for (title, counts) in [("section", report.bySection), ("checkbox", report.byCheckbox)] {
      let largest = counts.values.max() ?? 0
      var table = TextTable(.text("By \(title)"), .number("Lines"), .text(""))
      for (name, count) in counts.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
        table.add(.init(name), .init(count), .init(Charts.bar(count, of: largest), .accent))
      }
      Output.line()
      Output.lines(table.lines())
    }
    if !report.needPerson.isEmpty {
      Output.line("\n  Needs a person: \(report.needPerson.joined(separator: ", "))")
    }
  }
}
