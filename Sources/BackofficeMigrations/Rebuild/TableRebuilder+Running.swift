extension TableRebuilder {
  /// Prepares the rebuild of the table `name`, which `change` describes.
  ///
  /// - Throws: ``TableRebuildError``, `SQLiteError`, and what `change` throws.
  init(
    of name: String, in connection: Connection, _ change: (inout TableRebuild) throws -> Void
  ) throws {
    let reader = SchemaReader(connection)
    let before = try reader.read()
    guard let table = before.table(name) else {
      let isOther = try reader.sql(of: "table", name) != nil
      throw isOther ? TableRebuildError.notRebuildable(name) : .noSuchTable(name)
    }
    guard table.module == nil, let sql = try reader.sql(of: "table", table.name) else {
      throw TableRebuildError.notRebuildable(table.name)
    }
    guard try connection.pragmaText("foreign_keys") == "0" else {
      throw TableRebuildError.foreignKeysEnforced(table: table.name)
    }
    var rebuild = TableRebuild(definition: sql)
    try change(&rebuild)
    self.init(connection: connection, before: before, table: table, rebuild: rebuild)
  }

  /// Rebuilds the table in a savepoint, and returns how the schema changed.
  ///
  /// - Parameter freeBytes: the free space on the disk; nil to ask the system.
  func run(freeBytes: Int64? = nil) throws -> SchemaDifference {
    try checkSpace(freeBytes)
    try connection.executeScript("SAVEPOINT table_rebuild")
    do {
      try replaceTable()
      let difference = try before.difference(to: SchemaReader(connection).read())
      try checkLosses(difference)
      try connection.executeScript("RELEASE table_rebuild")
      return difference
    } catch {
      // If SQLite has rolled back the whole transaction, the savepoint no longer exists.
      if !connection.isAutocommit {
        try connection.executeScript("ROLLBACK TO table_rebuild; RELEASE table_rebuild")
      }
      throw error
    }
  }

  /// Throws if the disk has too little free space; a database in memory needs none.
  private func checkSpace(_ freeBytes: Int64?) throws {
    guard let path = connection.filePath else { return }
    let needed = Int64(Double(try tableSize()) * rebuild.roomFactor)
    guard let free = freeBytes ?? FileSystem.freeBytes(at: path), free < needed else { return }
    throw TableRebuildError.diskTooFull(table: table.name, needed: needed, free: free)
  }

  /// The size of the table with its indexes, in bytes, or of the whole file if SQLite cannot tell.
  private func tableSize() throws -> Int64 {
    var bytes: Int64 = 0
    do {
      try connection.run(
        sql: """
          SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE aggregate = 1 AND name IN
            (SELECT name FROM main.sqlite_schema WHERE tbl_name = ? COLLATE NOCASE)
          """, table.name
      ) { row in
        bytes = try row.value(at: 0)
        return false
      }
      return bytes
    } catch let error as SQLiteError where error.code == .error {
      // This SQLite library was built without `dbstat`.
      let pages = Int64(try connection.pragmaText("page_count") ?? "") ?? 0
      return pages * (Int64(try connection.pragmaText("page_size") ?? "") ?? 4096)
    }
  }
}
