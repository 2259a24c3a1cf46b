extension Connection {
  /// How many bytes a rebuild of a table may take, and how many are free where the file lies; nil
  /// for a database in memory, or where the system does not say.
  func roomFor(
    _ table: DatabaseSchema.Table, factor: Double
  ) throws -> (needed: Int64, free: Int64?) {
    guard let filePath else { return (0, nil) }
    return (Int64(Double(try bytes(of: table)) * factor), FileSystem.freeBytes(at: filePath))
  }

  /// The size of a table with its indexes; that of the whole file where SQLite cannot tell.
  private func bytes(of table: DatabaseSchema.Table) throws -> Int64 {
    var bytes: Int64 = 0
    do {
      try run(
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
      // This library was built without the table of page sizes.
      let pages = Int64(try pragmaText("page_count") ?? "") ?? 0
      return pages * (Int64(try pragmaText("page_size") ?? "") ?? 4096)
    }
  }
}
