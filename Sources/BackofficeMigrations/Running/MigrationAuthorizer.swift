/// Rejects statements that a migration may not run, and records the tables that it changes.
///
/// SQLite reports every statement that is prepared, including those of triggers and Swift code.
final class MigrationAuthorizer {
  /// The tables whose rows or definitions were changed, in lower case.
  private(set) var touched: Set<String> = []
  /// Whether a statement was rejected since the last ``reset()``.
  private(set) var hasRejected = false
  /// Whether the statement is compiled but not run.
  var isSkipped = false
  /// Whether savepoints are allowed, as in migrations in Swift.
  private let allowsSavepoints: Bool
  /// The table of the ledger.
  private let ledger: String

  init(allowsSavepoints: Bool, ledger: String) {
    self.allowsSavepoints = allowsSavepoints
    self.ledger = ledger
  }

  func reset() { hasRejected = false }

  func touch(_ tables: some Sequence<String>) {
    for table in tables { touched.insert(table.lowercased()) }
  }

  /// Authorizes the statements that `body` prepares.
  func authorizing<Result>(_ connection: Connection, _ body: () throws -> Result) rethrows -> Result
  {
    try connection.authorizing({ allows($0) }, body)
  }

  private func allows(_ effect: StatementEffect) -> Bool {
    if isSkipped { return true }
    let isAllowed =
      switch effect {
      case .transaction: false
      case .savepoint: allowsSavepoints
      case .pragma(let name): Self.allowsPragma(name.uppercased())
      case .table(let name, let database): allowsChange(of: name.lowercased(), database)
      case .dependent(let table): table.lowercased() != ledger
      }
    if !isAllowed { hasRejected = true }
    return isAllowed
  }

  /// Pragmas that full-text and R-tree tables use internally; ``ScriptRule`` rejects them in files.
  private static let virtualTablePragmas: Set<String> = ["DATA_VERSION", "PAGE_SIZE"]

  private static func allowsPragma(_ name: String) -> Bool {
    ScriptRule.allowedPragmas.contains(name) || ScriptRule.ignoredPragmas.contains(name)
      || virtualTablePragmas.contains(name)
  }

  private func allowsChange(of table: String, _ database: String) -> Bool {
    guard table != ledger else { return false }
    if database == "main" { touched.insert(table) }
    return true
  }
}
