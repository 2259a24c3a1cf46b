import BackofficeMigrations

/// What a program does that only migrates: one product, one import.
enum MigrationsAlone {
  static func migrate(_ path: String, folder: String) throws -> [String] {
    let migrator = try Migrator([MigrationFolder(folder).pack()])
    let steps = try Database.maintain(.file(path)) { maintenance in try migrator.up(maintenance) }
    let database = try Database(.file(path)) { maintenance in
      try migrator.requireCurrent(maintenance)
      for status in try migrator.status(maintenance) {
        guard status.state == .applied else { continue }
      }
    }
    let tables = try database.read { transaction in try transaction.schema().tables.map(\.name) }
    return steps.map(\.description) + tables
  }
}
