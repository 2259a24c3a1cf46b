package import ArgumentParser
import Backoffice
import ExampleSupport

/// What every import has in common.
struct ImportOptions: ParsableArguments {
  @Argument(
    help: "The table, with the names of its columns in the first line; - is standard input.",
    completion: .file())
  var file: String
  @OptionGroup var database: DatabaseOption
  @OptionGroup var format: FormatOption

  /// Opens the store for `body`, and closes it.
  func withStore<Result>(
    _ body: (ByteSource, BackofficeStore) throws -> Result
  ) throws -> Result {
    let source = try ByteSource(path: file)
    let store = try database.openOrMake()
    defer { store.close() }
    return try body(source, store)
  }
}

/// Puts directories into the catalogue.
package struct ImportDirectoriesCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import-directories",
    abstract: "Reads a table of directories into the catalogue.",
    discussion: """
      Needs the columns name and url; takes submission_url, domain_rating, link_type, pricing, \
      category, description, average_approval_days, difficulty and priority. A directory that is \
      known by its address (scheme, www. and a last slash aside) is brought up to date; an empty \
      field leaves what is known. Lines that make no sense are named on standard error and skipped.

      Example:
        directorybolt import-directories places.csv --database office.sqlite
      """)

  @OptionGroup var options: ImportOptions

  package init() {}

  package func run() throws {
    let report = try options.withStore { source, store in
      var directories = DirectoryImport()
      return try directories.run(source, into: store)
    }
    Output.report(report.lines.skipped, of: options.file)
    if options.format.json {
      try Output.json(report)
      return
    }
    Output.line(report.lines.summary(of: "directories"))
    for (title, fields) in [("filled in", report.filled), ("changed", report.changed)]
    where !fields.isEmpty {
      let parts = fields.sorted { $0.key < $1.key }.map { "\($0.key) \(Human.grouped($0.value))" }
      Output.line("  \(title): " + parts.joined(separator: ", "))
    }
  }
}

/// Makes customers of businesses.
package struct ImportBusinessesCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import-businesses",
    abstract: "Reads a table of businesses into customers with subscriptions.",
    discussion: """
      Needs the columns name and email; takes contact_name, phone, company, tier, industry, \
      website, city, country, time_zone, preferred_contact_method and status. A customer that is \
      known by e-mail or phone is brought up to date. Lines that make no sense are named on \
      standard error and skipped.

      Example:
        directorybolt import-businesses firms.csv --database office.sqlite
      """)

  @OptionGroup var options: ImportOptions

  package init() {}

  package func run() throws {
    let report = try options.withStore { source, store in
      try BusinessImport().run(source, into: store)
    }
    Output.report(report.skipped, of: options.file)
    if options.format.json {
      try Output.json(report)
    } else {
      Output.line(report.summary(of: "customers"))
    }
  }
}

/// Takes in what a start-up wrote down of submitting itself.
package struct ImportLogCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "import-log",
    abstract: "Reads a start-up's own log of submitting itself to directories.",
    discussion: """
      Needs the columns section, directory, submit_url, checkbox (listed, open, untouched) and \
      note. What was acted on becomes submissions; what a person still has to do, pending actions.

      Example:
        directorybolt import-log launchlist.csv --customer founder@example.com \\
          --database office.sqlite
      """)

  @OptionGroup var options: ImportOptions
  @Option(help: "The e-mail of the customer whose log it is; made when there is none.")
  var customer = "founder@start-up.example.com"
  @Option(help: "The name of that customer when it is made.")
  var name = "The start-up of the log"

  package init() {}

  package func run() throws {
    let report = try options.withStore { source, store in
      try SubmissionLogImport(customerEmail: customer, customerName: name).run(
        source, into: store)
    }
    Output.report(report.lines.skipped, of: options.file)
    if options.format.json {
      try Output.json(report)
      return
    }
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
      Output.line("\n  Somebody should look after: \(report.needPerson.joined(separator: ", "))")
    }
  }
}
