package import Backoffice
package import ExampleSupport

/// Imports a table of directories into the catalogue by normalised address.
///
/// Requires the columns `name` and `url`; accepts `submission_url`, `domain_rating`, `link_type`,
/// `pricing`, `category`, `description`, `average_approval_days`, `difficulty` and `priority`.
/// An empty field changes nothing.
package struct DirectoryImport {
  /// The result of an import, by field.
  package struct Report: Codable, Hashable, Sendable {
    package var lines = ImportReport()
    /// How many directories got a first value, by field.
    package var filled: [String: Int] = [:]
    /// How many got another value, by field.
    package var changed: [String: Int] = [:]

    package init() {}
  }

  /// The number of lines in a transaction.
  private static let portion = 500

  private var categories: [CategoryName: ID<DirectoryCategory>] = [:]

  package init() {}

  /// Imports a table.
  ///
  /// - Throws: ``ReadingError``, and the errors of the store.
  package mutating func run(
    _ source: ByteSource, into store: BackofficeStore
  ) throws -> Report {
    let store = store.acting(as: Principal(kind: .importer))
    var report = Report()
    var refused: [SkippedLine] = []
    var portion: [(line: Int, row: NewDirectory)] = []
    func flush() throws {
      let result = try store.directories.importAll(portion.map(\.row))
      report.lines.added += result.created
      report.lines.updated += result.updated
      report.lines.unchanged += result.unchanged
      for (field, count) in result.filled { report.filled[field.rawValue, default: 0] += count }
      for (field, count) in result.changed { report.changed[field.rawValue, default: 0] += count }
      refused += result.rejections.map { rejection in
        SkippedLine(line: portion[rejection.index].line, reason: rejection.reason)
      }
      portion = []
    }
    let skipped = try TableReader(required: ["name", "url"]).read(source) { line in
      portion.append((line.line, try directory(line, in: store)))
      if portion.count == Self.portion { try flush() }
    }
    try flush()
    report.lines.skipped = skipped.adding(refused)
    return report
  }

  private mutating func directory(
    _ line: TableLine, in store: BackofficeStore
  ) throws -> NewDirectory {
    var directory = NewDirectory(name: try line.text("name"), website: try line.text("url"))
    directory.submissionURL = line["submission_url"]
    directory.domainRating = try line.integer("domain_rating", in: 0...100)
    directory.linkType = try line.word("link_type", of: [.dofollow, .nofollow, .mixed, .unknown])
    directory.pricingModel = try line.word("pricing", of: [.free, .paid, .freemium, .unknown])
    directory.priorityTier = try line.choice("priority")
    directory.description = line["description"]
    directory.expectedApprovalDays = try line.integer("average_approval_days", in: 0...3650)
    directory.difficulty = try line.integer("difficulty", in: 1...5)
    if let text = line["category"] {
      let name = CategoryName(text)
      directory.category = try category(name, in: store)
      // A name that is more than a slug is kept, so that reports can show it as it was.
      if text != name.slug { directory.metadata = try JSONText(encoding: ["category": text]) }
    }
    return directory
  }

  private mutating func category(
    _ name: CategoryName, in store: BackofficeStore
  ) throws -> ID<DirectoryCategory> {
    if let known = categories[name] { return known }
    let id =
      try store.directoryCategories.find(slug: name.slug)?.id
      ?? store.directoryCategories.create(
        NewDirectoryCategory(slug: name.slug, displayName: name.displayName, icon: name.icon)
      ).id
    categories[name] = id
    return id
  }
}

extension TableLine {
  /// The case of an enum that a column names, in any case of letters; nil when it is empty.
  ///
  /// - Throws: ``LineProblem``, which lists the known words.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ column: String, of type: Choice.Type = Choice.self
  ) throws(LineProblem) -> Choice? {
    guard let text = self[column] else { return nil }
    guard let choice = Choice(rawValue: text.lowercased()) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw LineProblem("'\(column)' is \(text.quoted), expected one of: \(known)")
    }
    return choice
  }

  /// The word that a column names, in any case of letters, if it is one of those known; nil when it is empty.
  ///
  /// - Throws: ``LineProblem``, which lists the known words.
  func word<Word: OpenWord>(_ column: String, of known: [Word]) throws(LineProblem) -> Word? {
    guard let text = self[column] else { return nil }
    let word = Word(text.lowercased())
    guard known.contains(word) else {
      let known = known.map(\.rawValue).joined(separator: ", ")
      throw LineProblem("'\(column)' is \(text.quoted), expected one of: \(known)")
    }
    return word
  }
}
