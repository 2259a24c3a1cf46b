extension MigrationTransaction {
  /// Rebuilds a table, for changes that `ALTER TABLE` does not support.
  ///
  /// It follows the procedure of <https://www.sqlite.org/lang_altertable.html#otheralter>. It
  /// preserves the rows with their rowids, the rows and foreign keys that refer to them, indexes
  /// (including unique, partial and expression indexes), triggers, views, the `AUTOINCREMENT`
  /// sequence, and the statistics of `ANALYZE`. Columns and constraints that the new definition
  /// omits must be dropped explicitly.
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
  /// The rebuild is atomic: after an error the table is unchanged, even if the caller continues.
  ///
  /// - Parameters:
  ///   - name: the table.
  ///   - change: describes the new table.
  /// - Returns: the changes of the schema.
  /// - Throws: ``TableRebuildError``, `SQLiteError` if a row violates the new definition, and any
  ///   error that `change` throws.
  /// - Complexity: reads and writes every row of the table and its indexes once.
  @discardableResult
  public func rebuildTable(
    _ name: String, _ change: (inout TableRebuild) throws -> Void
  ) throws -> SchemaDifference {
    try TableRebuilder(of: name, in: connection, change).run()
  }
}
