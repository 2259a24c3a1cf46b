extension MigrationTransaction {
  /// Rebuilds a table, for what `ALTER TABLE` cannot do, and loses nothing on the way.
  ///
  /// Follows the procedure of <https://www.sqlite.org/lang_altertable.html#otheralter>. Kept are the
  /// rows with their rowids, the rows that refer to them, the foreign keys of other tables to this
  /// one, the indexes (unique, partial and over expressions), the triggers, the views over the
  /// table, the mark that `AUTOINCREMENT` has reached, and the statistics of `ANALYZE`. What the new
  /// definition leaves out has to be given up by name.
  ///
  /// ```swift
  /// try transaction.rebuildTable("people") { table in
  ///   table.definition = """
  ///     CREATE TABLE people (pk INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER NOT NULL)
  ///     """
  ///   table.fill("age", with: "coalesce(age, 0)")
  ///   table.drop("nickname")
  /// }
  /// ```
  ///
  /// All of it happens, or nothing: an error leaves the table as it was, also when the caller goes on.
  ///
  /// - Parameters:
  ///   - name: the table.
  ///   - change: says what it shall be.
  /// - Returns: how the schema changed.
  /// - Throws: ``TableRebuildError``, `SQLiteError` when a row breaks the new definition, and what
  ///   `change` throws.
  /// - Complexity: reads and writes every row of the table once, and every row of its indexes.
  @discardableResult
  public func rebuildTable(
    _ name: String, _ change: (inout TableRebuild) throws -> Void
  ) throws -> SchemaDifference {
    try connection.rebuildTable(name, change)
  }
}

extension Connection {
  func rebuildTable(
    _ name: String, freeBytes: Int64? = nil, _ change: (inout TableRebuild) throws -> Void
  ) throws -> SchemaDifference {
    let before = try databaseSchema()
    guard let table = before.table(name) else {
      let isOther = try schemaSQL(of: "table", name) != nil
      throw isOther ? TableRebuildError.notRebuildable(name) : .noSuchTable(name)
    }
    guard table.module == nil, let sql = try schemaSQL(of: "table", table.name) else {
      throw TableRebuildError.notRebuildable(table.name)
    }
    guard try pragmaText("foreign_keys") == "0" else {
      throw TableRebuildError.foreignKeysEnforced(table: table.name)
    }
    var rebuild = TableRebuild(definition: sql)
    try change(&rebuild)
    let room = try roomFor(table, factor: rebuild.roomFactor)
    if let free = freeBytes ?? room.free, free < room.needed {
      throw TableRebuildError.diskTooFull(table: table.name, needed: room.needed, free: free)
    }
    let rebuilder = TableRebuilder(connection: self, table: table, rebuild: rebuild)
    return try atomically {
      try rebuilder.run()
      let difference = try before.difference(to: databaseSchema())
      try rebuilder.checkLosses(difference)
      return difference
    }
  }

  /// Runs `body` in a savepoint of its own.
  private func atomically<Result>(_ body: () throws -> Result) throws -> Result {
    try executeScript("SAVEPOINT table_rebuild")
    do {
      let result = try body()
      try executeScript("RELEASE table_rebuild")
      return result
    } catch {
      // Where SQLite has undone the whole transaction, there is nothing left to undo.
      if !isAutocommit { try executeScript("ROLLBACK TO table_rebuild; RELEASE table_rebuild") }
      throw error
    }
  }

  /// The text that made something; nil when it is not there.
  func schemaSQL(of type: String, _ name: String) throws -> String? {
    var sql: String?
    try run(
      sql: "SELECT sql FROM main.sqlite_schema WHERE type = ? AND name = ? COLLATE NOCASE",
      type, name
    ) { row in
      sql = try row.value(at: 0)
      return false
    }
    return sql
  }
}
