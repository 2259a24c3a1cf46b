/// A trial run of a migration on a scratch database, with the effect of each statement on the
/// schema.
struct LintTrial {
  /// A statement and its effect.
  struct Step {
    let statement: SQLScript.Statement
    let tokens: [SQLTokens.Token]
    /// How it changed the schema; empty except for `CREATE`, `DROP` and `ALTER`.
    var difference = SchemaDifference(changes: [])
    /// The error, or nil if the statement succeeded.
    var failure: SQLiteError?
    /// Whether it succeeded only with double-quoted strings.
    var needsDoubleQuotes = false
    /// Whether the runner would reject or skip it.
    var isForeign = false
    /// Whether the runner skips it because the options say so.
    var isUnwrapped = false

    var lines: ClosedRange<Int> {
      statement.line...(statement.line + statement.text.utf8.count { $0 == UInt8(ascii: "\n") })
    }

    /// Whether the statement begins with these words.
    func starts(with words: String...) -> Bool {
      tokens.count >= words.count && zip(tokens, words).allSatisfy { $0.is($1) }
    }
  }

  private(set) var steps: [Step] = []
  private(set) var before: DatabaseSchema
  private(set) var after: DatabaseSchema

  /// The combined effect, in which a rebuilt table is a single change.
  var difference: SchemaDifference { before.difference(to: after) }

  /// Whether there is nothing to run.
  var isEmpty: Bool { steps.allSatisfy(\.isUnwrapped) }

  /// Whether all statements succeeded.
  var isComplete: Bool { steps.allSatisfy { $0.failure == nil } }

  /// Runs a script, whose first line is line `firstLine` of its file.
  init(
    _ text: String, firstLine: Int = 1, on reader: SchemaReader, from schema: DatabaseSchema,
    options: Migrator.Options
  ) throws {
    before = schema
    after = before
    let connection = reader.connection
    // A file may enable this setting; it is reset before the next file.
    defer { try? connection.pragma("legacy_alter_table = OFF") }
    if options.allowsDoubleQuotedTexts { try connection.acceptDoubleQuotedTexts(true) }
    defer { if options.allowsDoubleQuotedTexts { try? connection.acceptDoubleQuotedTexts(false) } }
    let statements = SQLScript(text, firstLine: firstLine).statements
    let isWrapped = MigrationScript.isWrapped(statements)
    for statement in statements {
      var step = Step(statement: statement, tokens: SQLTokens(statement.text).tokens)
      step.isForeign = statement.isShellCommand || ScriptRule(statement.words) != .run
      step.isUnwrapped =
        options.unwrapsTransactions
        && (statement.isShellCommand
          || (isWrapped && ScriptRule.isTransactionBoundary(statement.words)))
      if !step.isForeign { try run(&step, on: reader) }
      steps.append(step)
      // Later statements may depend on it.
      if step.failure != nil { return }
    }
  }

  /// Runs a migration in Swift, of which only the result can be checked.
  init(_ code: Migration.Code, on reader: SchemaReader, from schema: DatabaseSchema) throws {
    before = schema
    try code.up(MigrationTransaction(reader.connection))
    after = try reader.read()
  }

  private mutating func run(_ step: inout Step, on reader: SchemaReader) throws {
    let connection = reader.connection
    do {
      try Self.execute(step.statement.text, on: connection)
    } catch let error as SQLiteError {
      // Other programs may allow strings in double quotes.
      try connection.acceptDoubleQuotedTexts(true)
      defer { try? connection.acceptDoubleQuotedTexts(false) }
      do {
        try Self.execute(step.statement.text, on: connection)
        step.needsDoubleQuotes = true
      } catch is SQLiteError {
        step.failure = error
        return
      }
    }
    guard ["create", "drop", "alter"].contains(where: { step.starts(with: $0) }) else { return }
    let schema = try reader.read()
    step.difference = after.difference(to: schema)
    after = schema
  }

  private static func execute(_ sql: String, on connection: Connection) throws {
    try connection.run(sql: sql)
  }
}

extension LintTrial.Step {
  /// Whether it begins or ends a transaction, or cannot run inside one.
  var isTransactional: Bool { ScriptRule(statement.words) == .reject && !starts(with: "pragma") }
}
