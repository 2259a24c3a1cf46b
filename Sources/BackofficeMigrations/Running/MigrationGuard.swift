/// Refuses, by SQLite's own judgement of each statement, what a migration may not do, and notes which
/// tables it touches.
///
/// SQLite tells of every statement as it is prepared, those of triggers and of Swift code included.
final class MigrationGuard {
  /// The tables whose rows or definitions were changed, in small letters.
  private(set) var touched: Set<String> = []
  /// What was refused since the last ``forget()``.
  private(set) var hasRefused = false
  /// Whether the statement will not run, so that nothing in it can do harm.
  var isPassing = false
  /// Whether savepoints are allowed: in Swift, where a scope ends them.
  private let allowsSavepoints: Bool

  init(allowsSavepoints: Bool) { self.allowsSavepoints = allowsSavepoints }

  func forget() { hasRefused = false }

  func touch(_ tables: some Sequence<String>) {
    for table in tables { touched.insert(table.lowercased()) }
  }

  /// Guards what `body` prepares.
  func guarding<Result>(_ connection: Connection, _ body: () throws -> Result) rethrows -> Result {
    try connection.authorizing({ allows($0) }, body)
  }

  private func allows(_ effect: StatementEffect) -> Bool {
    if isPassing { return true }
    let isAllowed =
      switch effect {
      case .transaction: false
      case .savepoint: allowsSavepoints
      case .pragma(let name): Self.allowsPragma(name.uppercased())
      case .table(let name, let database): allowsChange(of: name.lowercased(), database)
      case .dependent(let table): table.lowercased() != MigrationLedger.tableName
      }
    if !isAllowed { hasRefused = true }
    return isAllowed
  }

  /// What full-text and R-tree tables ask for themselves; as statements of a file, the rules for its
  /// first words refuse them.
  private static let virtualTablePragmas: Set<String> = ["DATA_VERSION", "PAGE_SIZE"]

  private static func allowsPragma(_ name: String) -> Bool {
    ScriptRule.allowedPragmas.contains(name) || ScriptRule.idlePragmas.contains(name)
      || virtualTablePragmas.contains(name)
  }

  private func allowsChange(of table: String, _ database: String) -> Bool {
    guard table != MigrationLedger.tableName else { return false }
    if database == "main" { touched.insert(table) }
    return true
  }
}
