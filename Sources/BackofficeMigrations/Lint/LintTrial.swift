/// One migration, run on a scratch database statement by statement, with what each did to the schema.
struct LintTrial {
  /// A statement and what it changed.
  struct Step {
    let statement: SQLScript.Statement
    let tokens: [SQLTokens.Token]
    /// What it did to the schema; empty for all but `CREATE`, `DROP` and `ALTER`.
    var difference = SchemaDifference(changes: [])
    /// Why it did not run; nil when it did.
    var failure: SQLiteError?
    /// Whether it ran only because texts may stand in double quotes.
    var needsDoubleQuotes = false
    /// Whether the runner would not run it at all.
    var isForeign = false

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

  /// What the whole migration does: a table that is rebuilt is one change, not four.
  var difference: SchemaDifference { before.difference(to: after) }

  /// Whether all statements ran.
  var isComplete: Bool { steps.allSatisfy { $0.failure == nil } }

  /// Runs a text, whose first line has the number `firstLine` in its file.
  init(
    _ text: String, firstLine: Int = 1, on connection: Connection, from schema: DatabaseSchema
  ) throws {
    before = schema
    after = before
    // A file may ask for the old way of renaming; the next one begins without it.
    defer { try? connection.pragma("legacy_alter_table = OFF") }
    for statement in SQLScript(text, firstLine: firstLine).statements {
      var step = Step(statement: statement, tokens: SQLTokens(statement.text).tokens)
      step.isForeign = ScriptRule(statement.words) != .run
      if !step.isForeign { try run(&step, on: connection) }
      steps.append(step)
      // Those behind it build on it.
      if step.failure != nil { return }
    }
  }

  /// Runs the code of a migration, of which only the outcome can be judged.
  init(_ code: Migration.Code, on connection: Connection, from schema: DatabaseSchema) throws {
    before = schema
    try code.up(MigrationTransaction(connection))
    after = try connection.databaseSchema()
  }

  private mutating func run(_ step: inout Step, on connection: Connection) throws {
    do {
      try Self.execute(step.statement.text, on: connection)
    } catch let error as SQLiteError {
      // Other programs' connections allow texts in double quotes; ours does not.
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
    let schema = try connection.databaseSchema()
    step.difference = after.difference(to: schema)
    after = schema
  }

  private static func execute(_ sql: String, on connection: Connection) throws {
    try connection.run(sql: sql)
  }
}

extension LintTrial.Step {
  /// Whether it begins or ends a transaction, or needs none to run.
  var isTransactional: Bool { ScriptRule(statement.words) == .refuse && !starts(with: "pragma") }
}
